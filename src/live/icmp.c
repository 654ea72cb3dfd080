/* SPDX-License-Identifier: BSD-2-Clause */
/* icmp: see the header. */
#include "live/icmp.h"

#include "base/clock.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <string.h>

#define STAMP_TRUST_NS (5 * CLOCK_NS_PER_MS)

const uint8_t *icmp_pattern(void)
{
    static uint8_t pattern[ICMP_PATTERN_MAX];
    if (!pattern[1])
        for (size_t i = 0; i < sizeof pattern; i++)
            pattern[i] = (uint8_t)i;
    return pattern;
}

static uint64_t sum16(const uint8_t *p, size_t len)
{
    uint64_t sum = 0;
    for (; len > 1; p += 2, len -= 2) {
        uint16_t word;
        memcpy(&word, p, sizeof word);
        sum += word;
    }
    if (len) {
        uint8_t last[2] = {*p, 0};
        uint16_t word;
        memcpy(&word, last, sizeof word);
        sum += word;
    }
    return sum;
}

uint16_t icmp_checksum(const void *head, size_t head_len, const void *tail, size_t tail_len)
{
    uint64_t sum = sum16(head, head_len) + sum16(tail, tail_len);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static void put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

void icmp_build_echo(sa_family_t family, uint16_t ident, uint16_t seq, size_t payload,
                     uint8_t header[ICMP_HEADER_BYTES])
{
    memset(header, 0, ICMP_HEADER_BYTES);
    header[0] = family == AF_INET6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
    put16(header + 4, ident);
    put16(header + 6, seq);
    if (family == AF_INET) {
        uint16_t sum = icmp_checksum(header, ICMP_HEADER_BYTES, icmp_pattern(), payload);
        memcpy(header + 2, &sum, sizeof sum);
    }
}

bool icmp_skip_ip(const uint8_t **data, size_t *len)
{
    size_t header = *len ? (size_t)(**data & 15) * 4 : 0;
    if (header < 20 || header > *len)
        return false;
    *data += header;
    *len -= header;
    return true;
}

bool icmp_parse_echo(sa_family_t family, bool request, const uint8_t *data, size_t len,
                     struct icmp_echo *out)
{
    uint8_t want = family == AF_INET6 ? (request ? ICMP6_ECHO_REQUEST : ICMP6_ECHO_REPLY)
                                      : (request ? ICMP_ECHO : ICMP_ECHOREPLY);
    if (len < ICMP_HEADER_BYTES || data[0] != want || data[1] != 0)
        return false;
    *out = (struct icmp_echo){
        .ident = get16(data + 4),
        .seq = get16(data + 6),
        .payload = data + ICMP_HEADER_BYTES,
        .payload_len = len - ICMP_HEADER_BYTES,
        .bytes = len,
    };
    return true;
}

size_t icmp_first_damage(const struct icmp_echo *echo)
{
    size_t i = 0;
    while (i < echo->payload_len && echo->payload[i] == (uint8_t)i)
        i++;
    return i;
}

int64_t icmp_rtt_ns(int64_t sent_real_ns, int64_t received_real_ns, int64_t sent_mono_ns,
                    int64_t received_mono_ns)
{
    int64_t real = received_real_ns - sent_real_ns;
    int64_t mono = received_mono_ns - sent_mono_ns;
    int64_t apart = real > mono ? real - mono : mono - real;
    return received_real_ns == 0 || real < 0 || apart > STAMP_TRUST_NS ? mono : real;
}

/* --- words ------------------------------------------------------------------------------------ */

static const char *const unreachable4[] = {
    [ICMP_NET_UNREACH] = "Destination Net Unreachable",
    [ICMP_HOST_UNREACH] = "Destination Host Unreachable",
    [ICMP_PROT_UNREACH] = "Destination Protocol Unreachable",
    [ICMP_PORT_UNREACH] = "Destination Port Unreachable",
    [ICMP_SR_FAILED] = "Source Route Failed",
    [ICMP_NET_UNKNOWN] = "Destination Net Unknown",
    [ICMP_HOST_UNKNOWN] = "Destination Host Unknown",
    [ICMP_HOST_ISOLATED] = "Source Host Isolated",
    [ICMP_NET_ANO] = "Destination Net Prohibited",
    [ICMP_HOST_ANO] = "Destination Host Prohibited",
    [ICMP_NET_UNR_TOS] = "Destination Net Unreachable for Type of Service",
    [ICMP_HOST_UNR_TOS] = "Destination Host Unreachable for Type of Service",
    [ICMP_PKT_FILTERED] = "Packet filtered",
    [ICMP_PREC_VIOLATION] = "Precedence Violation",
    [ICMP_PREC_CUTOFF] = "Precedence Cutoff",
};

static const char *const unreachable6[] = {
    [ICMP6_DST_UNREACH_NOROUTE] = "No route",
    [ICMP6_DST_UNREACH_ADMIN] = "Administratively prohibited",
    [ICMP6_DST_UNREACH_BEYONDSCOPE] = "Beyond scope of source address",
    [ICMP6_DST_UNREACH_ADDR] = "Address unreachable",
    [ICMP6_DST_UNREACH_NOPORT] = "Port unreachable",
};

static void words4(uint8_t type, uint8_t code, uint32_t info, struct buf *out)
{
    const char *words = code < ARRAY_LEN(unreachable4) ? unreachable4[code] : NULL;
    if (type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED)
        buf_printf(out, "Frag needed and DF set (mtu = %u)", info);
    else if (type == ICMP_DEST_UNREACH && words)
        buf_adds(out, words);
    else if (type == ICMP_DEST_UNREACH)
        buf_printf(out, "Dest Unreachable, Bad Code: %u", code);
    else if (type == ICMP_TIME_EXCEEDED)
        buf_adds(out,
                 code == ICMP_EXC_TTL ? "Time to live exceeded" : "Frag reassembly time exceeded");
    else if (type == ICMP_PARAMETERPROB)
        buf_adds(out, "Parameter problem");
    else
        buf_printf(out, "ICMP type %u code %u", type, code);
}

static void words6(uint8_t type, uint8_t code, uint32_t info, struct buf *out)
{
    if (type == ICMP6_DST_UNREACH && code < ARRAY_LEN(unreachable6))
        buf_printf(out, "Destination unreachable: %s", unreachable6[code]);
    else if (type == ICMP6_DST_UNREACH)
        buf_printf(out, "Destination unreachable: Unknown code %u", code);
    else if (type == ICMP6_PACKET_TOO_BIG)
        buf_printf(out, "Packet too big: mtu=%u", info);
    else if (type == ICMP6_TIME_EXCEEDED)
        buf_printf(out, "Time exceeded: %s",
                   code == ICMP6_TIME_EXCEED_TRANSIT ? "Hop limit" : "Defragmentation failure");
    else if (type == ICMP6_PARAM_PROB)
        buf_adds(out, "Parameter problem");
    else
        buf_printf(out, "ICMPv6 type %u code %u", type, code);
}

void icmp_words(sa_family_t family, uint8_t type, uint8_t code, uint32_t info, struct buf *out)
{
    (family == AF_INET6 ? words6 : words4)(type, code, info, out);
}
