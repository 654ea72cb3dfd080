/* SPDX-License-Identifier: BSD-2-Clause */
/* addr: IP addresses, prefixes and link-layer addresses as plain values. */
#ifndef VETHLAB_BASE_ADDR_H
#define VETHLAB_BASE_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define MAC_LEN      6
#define MAC_TEXT_MAX 18
/* "[v6]/128" and the NUL */
#define IP_TEXT_MAX (INET6_ADDRSTRLEN + 5)

struct ip_addr {
    sa_family_t family; /* AF_INET, AF_INET6; AF_UNSPEC where there is none */
    uint8_t byte[16];   /* network order; IPv4 uses the first four, the rest is 0 */
};

struct ip_prefix {
    struct ip_addr addr; /* host bits are kept: 192.168.168.100/24 stays .100 */
    uint8_t len;         /* 0-32 or 0-128 */
};

/* Parsers take the whole string or refuse: false, *out untouched. No scope ids, no leading zeros
 * in IPv4 (inet_pton(3)). ip_prefix_parse() demands "/len". */
bool ip_addr_parse(const char *s, struct ip_addr *out);
bool ip_prefix_parse(const char *s, struct ip_prefix *out);
bool mac_parse(const char *s, uint8_t out[MAC_LEN]); /* aa:bb:cc:dd:ee:ff */

/* Formatters return `buf`. RFC 5952 text for IPv6. */
const char *ip_addr_format(const struct ip_addr *a, char buf[IP_TEXT_MAX]);
const char *ip_prefix_format(const struct ip_prefix *p, char buf[IP_TEXT_MAX]);
const char *mac_format(const uint8_t mac[MAC_LEN], char buf[MAC_TEXT_MAX]);

int ip_addr_len(const struct ip_addr *a);  /* bytes: 4, 16; 0 for AF_UNSPEC */
int ip_addr_bits(const struct ip_addr *a); /* 32, 128; 0 */
int ip_addr_cmp(const struct ip_addr *a, const struct ip_addr *b); /* total order; 0 equal */
int ip_prefix_cmp(const struct ip_prefix *a, const struct ip_prefix *b);
bool ip_addr_is_zero(const struct ip_addr *a);
bool ip_addr_is_link_local(const struct ip_addr *a); /* 169.254/16, fe80::/10 */
bool ip_addr_is_loopback(const struct ip_addr *a);   /* 127.0.0.1 or ::1 */
bool ip_addr_is_multicast(const struct ip_addr *a);
void ip_prefix_clear_host(struct ip_prefix *p); /* the bits behind the length: a network is left */
bool ip_prefix_contains(const struct ip_prefix *p, const struct ip_addr *a);
bool ip_prefix_overlaps(const struct ip_prefix *a, const struct ip_prefix *b);

#endif
