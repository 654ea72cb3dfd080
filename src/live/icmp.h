/* SPDX-License-Identifier: BSD-2-Clause */
/* icmp: echo requests and replies as bytes (RFC 792, RFC 4443), the round-trip rule and the words
 * for what routers answer. Pure: no socket here. */
#ifndef VETHLAB_LIVE_ICMP_H
#define VETHLAB_LIVE_ICMP_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define ICMP_HEADER_BYTES 8
#define ICMP_PATTERN_MAX  65536

/* What every payload is the beginning of: byte i is i modulo 256, as ping(8) fills its own. */
const uint8_t *icmp_pattern(void);

/* Internet checksum (RFC 1071) of two pieces, the first of even length; in network order. */
uint16_t icmp_checksum(const void *head, size_t head_len, const void *tail, size_t tail_len);

/* Header of an echo request that is followed by `payload` bytes of the pattern. ICMPv6 checksums
 * are the kernel's work. */
void icmp_build_echo(sa_family_t family, uint16_t ident, uint16_t seq, size_t payload,
                     uint8_t header[ICMP_HEADER_BYTES]);

struct icmp_echo {
    uint16_t ident, seq;
    const uint8_t *payload;
    size_t payload_len;
    size_t bytes; /* header and payload */
};

/* Skips the IPv4 header that a raw socket hands over. False: cut off. */
bool icmp_skip_ip(const uint8_t **data, size_t *len);

/* True if it is an echo reply; `request`: an echo request, as an ICMP error quotes it. */
bool icmp_parse_echo(sa_family_t family, bool request, const uint8_t *data, size_t len,
                     struct icmp_echo *out);

/* Index of the first byte that differs from the pattern; payload_len: none does. */
size_t icmp_first_damage(const struct icmp_echo *echo);

/* The kernel stamps receipt in real time, so that both ends are taken so; where that is negative or
 * more than 5 ms off the monotonic difference (the clock was set), the latter counts. A stamp of 0
 * is none. */
int64_t icmp_rtt_ns(int64_t sent_real_ns, int64_t received_real_ns, int64_t sent_mono_ns,
                    int64_t received_mono_ns);

/* Appends what ping(8) says of an ICMP error: "Destination Host Unreachable". `info` is the MTU. */
void icmp_words(sa_family_t family, uint8_t type, uint8_t code, uint32_t info, struct buf *out);

#endif
