/* SPDX-License-Identifier: BSD-2-Clause */
/* addr: see the header. */
#include "base/addr.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool ip_addr_parse(const char *s, struct ip_addr *out)
{
    struct ip_addr a = {.family = AF_INET};
    if (strchr(s, ':'))
        a.family = AF_INET6;
    if (inet_pton(a.family, s, a.byte) != 1)
        return false;
    *out = a;
    return true;
}

bool ip_prefix_parse(const char *s, struct ip_prefix *out)
{
    const char *slash = strchr(s, '/');
    char text[INET6_ADDRSTRLEN];
    if (!slash || (size_t)(slash - s) >= sizeof text)
        return false;
    memcpy(text, s, (size_t)(slash - s));
    text[slash - s] = '\0';
    struct ip_prefix p = {0};
    if (!ip_addr_parse(text, &p.addr))
        return false;
    size_t digits = strspn(slash + 1, "0123456789");
    if (digits < 1 || digits > 3 || slash[1 + digits] || (digits > 1 && slash[1] == '0'))
        return false;
    int len = atoi(slash + 1);
    if (len > ip_addr_bits(&p.addr))
        return false;
    p.len = (uint8_t)len;
    *out = p;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool mac_parse(const char *s, uint8_t out[MAC_LEN])
{
    uint8_t mac[MAC_LEN];
    if (strlen(s) != MAC_TEXT_MAX - 1)
        return false;
    for (int i = 0; i < MAC_LEN; i++) {
        int high = hex_digit(s[i * 3]);
        int low = hex_digit(s[i * 3 + 1]);
        if (high < 0 || low < 0 || (i < MAC_LEN - 1 && s[i * 3 + 2] != ':'))
            return false;
        mac[i] = (uint8_t)(high << 4 | low);
    }
    memcpy(out, mac, sizeof mac);
    return true;
}

const char *ip_addr_format(const struct ip_addr *a, char buf[IP_TEXT_MAX])
{
    if (a->family == AF_UNSPEC || !inet_ntop(a->family, a->byte, buf, IP_TEXT_MAX))
        snprintf(buf, IP_TEXT_MAX, "-");
    return buf;
}

const char *ip_prefix_format(const struct ip_prefix *p, char buf[IP_TEXT_MAX])
{
    ip_addr_format(&p->addr, buf);
    size_t n = strlen(buf);
    snprintf(buf + n, IP_TEXT_MAX - n, "/%u", p->len);
    return buf;
}

const char *mac_format(const uint8_t mac[MAC_LEN], char buf[MAC_TEXT_MAX])
{
    snprintf(buf, MAC_TEXT_MAX, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
             mac[4], mac[5]);
    return buf;
}

int ip_addr_len(const struct ip_addr *a)
{
    return a->family == AF_INET ? 4 : a->family == AF_INET6 ? 16 : 0;
}

int ip_addr_bits(const struct ip_addr *a)
{
    return ip_addr_len(a) * 8;
}

int ip_addr_cmp(const struct ip_addr *a, const struct ip_addr *b)
{
    if (a->family != b->family)
        return a->family < b->family ? -1 : 1;
    return memcmp(a->byte, b->byte, sizeof a->byte);
}

int ip_prefix_cmp(const struct ip_prefix *a, const struct ip_prefix *b)
{
    int c = ip_addr_cmp(&a->addr, &b->addr);
    return c ? c : (int)a->len - (int)b->len;
}

bool ip_addr_is_zero(const struct ip_addr *a)
{
    static const uint8_t zero[16];
    return memcmp(a->byte, zero, sizeof zero) == 0;
}

bool ip_addr_is_link_local(const struct ip_addr *a)
{
    if (a->family == AF_INET)
        return a->byte[0] == 169 && a->byte[1] == 254;
    return a->family == AF_INET6 && a->byte[0] == 0xfe && (a->byte[1] & 0xc0) == 0x80;
}

bool ip_addr_is_loopback(const struct ip_addr *a)
{
    static const uint8_t v4[16] = {127, 0, 0, 1}, v6[16] = {[15] = 1};
    if (a->family == AF_INET)
        return memcmp(a->byte, v4, sizeof v4) == 0;
    return a->family == AF_INET6 && memcmp(a->byte, v6, sizeof v6) == 0;
}

bool ip_addr_is_multicast(const struct ip_addr *a)
{
    if (a->family == AF_INET)
        return (a->byte[0] & 0xf0) == 0xe0;
    return a->family == AF_INET6 && a->byte[0] == 0xff;
}

void ip_prefix_clear_host(struct ip_prefix *p)
{
    for (int bit = p->len; bit < ip_addr_bits(&p->addr); bit++)
        p->addr.byte[bit / 8] &= (uint8_t) ~(0x80 >> (bit % 8));
}

static bool same_bits(const uint8_t *a, const uint8_t *b, int bits)
{
    int whole = bits / 8;
    int rest = bits % 8;
    if (memcmp(a, b, (size_t)whole) != 0)
        return false;
    uint8_t mask = (uint8_t)(0xff00 >> rest);
    return rest == 0 || ((a[whole] ^ b[whole]) & mask) == 0;
}

bool ip_prefix_contains(const struct ip_prefix *p, const struct ip_addr *a)
{
    return p->addr.family == a->family && same_bits(p->addr.byte, a->byte, p->len);
}

bool ip_prefix_overlaps(const struct ip_prefix *a, const struct ip_prefix *b)
{
    int bits = a->len < b->len ? a->len : b->len;
    return a->addr.family == b->addr.family && same_bits(a->addr.byte, b->addr.byte, bits);
}
