# SPDX-License-Identifier: BSD-2-Clause
"""looks: what `tmux capture-pane -p -e` prints, with looks as words: {bold cyan}text{}. The same for
every way to write the same looks: versions of tmux differ in that. A line begins without any."""
import re
import sys

COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
ON = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 5: "blink", 7: "reverse", 8: "hidden"}
OFF = {22: ("bold", "dim"), 23: ("italic",), 24: ("underline",), 25: ("blink",), 27: ("reverse",),
       28: ("hidden",)}


class Look:
    def __init__(self):
        self.on, self.colour, self.ground = set(), "", ""

    def words(self):
        ground = "on-" + self.ground if self.ground else ""
        return " ".join(filter(None, sorted(self.on) + [self.colour, ground]))

    def _long(self, codes):
        return "%d" % codes.pop(0) if codes and codes.pop(0) == 5 else "rgb"

    def change(self, codes):
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.__init__()
            elif code in ON:
                self.on.add(ON[code])
            elif code in OFF:
                self.on.difference_update(OFF[code])
            elif 30 <= code <= 37:
                self.colour = COLOURS[code - 30]
            elif 40 <= code <= 47:
                self.ground = COLOURS[code - 40]
            elif code == 38:
                self.colour = self._long(codes)
            elif code == 48:
                self.ground = self._long(codes)
            elif code == 39:
                self.colour = ""
            elif code == 49:
                self.ground = ""
            elif 90 <= code <= 97:
                self.colour = "bright-" + COLOURS[code - 90]
            else:
                sys.exit("looks: what is SGR %d?" % code)


look = Look()
for line in sys.stdin.buffer.read().decode().splitlines():
    out, said = "", ""
    for part in re.split("(\x1b\\[[0-9;]*m|\x1b.[0-9A-B]?|[\x0e\x0f])", line):
        if part.startswith("\x1b[") and part.endswith("m"):
            look.change([int(code or 0) for code in part[2:-1].split(";")])
        elif part and part[0] not in "\x0e\x0f\x1b":
            words = look.words()
            if words != said:
                out += "{%s}" % words
                said = words
            out += part
    print(out.rstrip() if not said else out)
