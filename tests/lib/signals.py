# SPDX-License-Identifier: BSD-2-Clause
"""signals: prints each signal it gets, as it comes; ends when none came for SECONDS (default 1)."""
import signal
import sys

wanted = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1,
          signal.SIGUSR2}
signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
print("ready", flush=True)
while True:
    info = signal.sigtimedwait(wanted, float(sys.argv[1]) if len(sys.argv) > 1 else 1)
    if info is None:
        break
    print(signal.Signals(info.si_signo).name, flush=True)
