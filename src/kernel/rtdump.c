/* SPDX-License-Identifier: BSD-2-Clause */
/* rtdump: see the header. It knows the messages that rtmsg.c makes; whatever else an attribute may
 * be is shown with its number and bytes. */
#include "kernel/rtdump.h"

#include "base/addr.h"
#include "base/mem.h"
#include "base/text.h"
#include "kernel/netlink.h"

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>

#define NAME_COLUMN  26 /* names are padded to it, indentation included */
#define VALUE_COLUMN 24
#define HEX_ROW      32 /* bytes of a line */

enum form { FORM_TEXT, FORM_U32, FORM_MAC, FORM_IP, FORM_NAMESPACE, FORM_NEST, FORM_PEER };

struct attr {
    uint16_t type;
    const char *name;
    enum form form;
    const struct attr *inner; /* FORM_NEST and FORM_PEER; ends with a NULL name */
};

static const struct attr link_attrs[];

static const struct attr veth_attrs[] = {
    {VETH_INFO_PEER, "VETH_INFO_PEER", FORM_PEER, link_attrs},
    {0},
};
static const struct attr info_attrs[] = {
    {IFLA_INFO_KIND, "IFLA_INFO_KIND", FORM_TEXT, NULL},
    {IFLA_INFO_DATA, "IFLA_INFO_DATA", FORM_NEST, veth_attrs},
    {0},
};
static const struct attr link_attrs[] = {
    {IFLA_IFNAME, "IFLA_IFNAME", FORM_TEXT, NULL},
    {IFLA_MTU, "IFLA_MTU", FORM_U32, NULL},
    {IFLA_ADDRESS, "IFLA_ADDRESS", FORM_MAC, NULL},
    {IFLA_MASTER, "IFLA_MASTER", FORM_U32, NULL},
    {IFLA_IFALIAS, "IFLA_IFALIAS", FORM_TEXT, NULL},
    {IFLA_NET_NS_FD, "IFLA_NET_NS_FD", FORM_NAMESPACE, NULL},
    {IFLA_LINKINFO, "IFLA_LINKINFO", FORM_NEST, info_attrs},
    {0},
};
static const struct attr addr_attrs[] = {
    {IFA_LOCAL, "IFA_LOCAL", FORM_IP, NULL},
    {IFA_ADDRESS, "IFA_ADDRESS", FORM_IP, NULL},
    {0},
};
static const struct attr route_attrs[] = {
    {RTA_DST, "RTA_DST", FORM_IP, NULL},
    {RTA_GATEWAY, "RTA_GATEWAY", FORM_IP, NULL},
    {RTA_PREFSRC, "RTA_PREFSRC", FORM_IP, NULL},
    {RTA_OIF, "RTA_OIF", FORM_U32, NULL},
    {RTA_PRIORITY, "RTA_PRIORITY", FORM_U32, NULL},
    {0},
};

static const struct attr tc_attrs[] = {
    {TCA_KIND, "TCA_KIND", FORM_TEXT, NULL},
    {0},
};

static void put_flag(struct buf *out, bool set, const char *name)
{
    if (set)
        buf_printf(out, "|%s", name);
}

static void put_hex(const void *data, size_t len, struct buf *out)
{
    const uint8_t *byte = data;
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && i % HEX_ROW == 0) {
            buf_addc(out, '\n');
            buf_pad(out, ' ', NAME_COLUMN + VALUE_COLUMN);
        }
        buf_printf(out, "%s%02x", i % 4 == 0 ? " " : "", byte[i]);
    }
    buf_addc(out, '\n');
}

/* One line: indentation, name, value, bytes. */
static void put_line(int depth, const char *name, const char *value, const void *data, size_t len,
                     struct buf *out)
{
    size_t start = out->len;
    buf_pad(out, ' ', (size_t)depth * 2);
    buf_adds(out, name);
    if (out->len < start + NAME_COLUMN)
        buf_pad(out, ' ', start + NAME_COLUMN - out->len);
    buf_printf(out, " %s", value);
    if (out->len > start + NAME_COLUMN + VALUE_COLUMN && len > 0) {
        buf_addc(out, '\n');
        start = out->len;
    }
    if (len > 0 && out->len < start + NAME_COLUMN + VALUE_COLUMN)
        buf_pad(out, ' ', start + NAME_COLUMN + VALUE_COLUMN - out->len);
    put_hex(data, len, out);
}

static void put_ifinfo(const struct ifinfomsg *i, int depth, struct buf *out)
{
    _cleanup_buf_ struct buf value = BUF_INIT;
    buf_printf(&value, "index %d", i->ifi_index);
    if (i->ifi_change)
        buf_printf(&value, ", flags %s of %#x", i->ifi_flags & IFF_UP ? "IFF_UP" : "0",
                   i->ifi_change);
    put_line(depth, "ifinfomsg", buf_str(&value), i, sizeof *i, out);
}

static void format_value(const struct attr *a, const struct nlattr *at, const char *namespace,
                         struct buf *value)
{
    const void *data = mnl_attr_get_payload(at);
    size_t len = mnl_attr_get_payload_len(at);
    char text[IP_TEXT_MAX];
    struct ip_addr ip = {.family = len == 4 ? AF_INET : AF_INET6};
    switch (a->form) {
    case FORM_TEXT:
        buf_addc(value, '"');
        text_clean(value, data, strnlen(data, len));
        buf_addc(value, '"');
        break;
    case FORM_U32:
        if (len == sizeof(uint32_t))
            buf_printf(value, "%u", mnl_attr_get_u32(at));
        break;
    case FORM_MAC:
        if (len == MAC_LEN)
            buf_adds(value, mac_format(data, text));
        break;
    case FORM_IP:
        if (len == 4 || len == 16) {
            memcpy(ip.byte, data, len);
            buf_adds(value, ip_addr_format(&ip, text));
        }
        break;
    case FORM_NAMESPACE:
        buf_printf(value, "namespace of %s", namespace);
        break;
    default:
        break;
    }
}

static void put_attrs(const void *data, size_t len, const struct attr *known, int depth,
                      const char *namespace, struct buf *out);

static const struct attr *find(const struct attr *known, uint16_t type)
{
    for (; known && known->name; known++)
        if (known->type == type)
            return known;
    return NULL;
}

/* `size`: what it takes of the message. The bytes begin with its own header; those of a nest end
 * with it, for what is inside has lines of its own. */
static void put_attr(const struct nlattr *at, size_t size, const struct attr *known, int depth,
                     const char *namespace, struct buf *out)
{
    const char *data = mnl_attr_get_payload(at);
    size_t len = mnl_attr_get_payload_len(at), skip = 0;
    const struct attr *a = find(known, mnl_attr_get_type(at));
    _cleanup_buf_ struct buf value = BUF_INIT;
    if (!a) {
        buf_printf(&value, "attribute %u", mnl_attr_get_type(at));
        put_line(depth, buf_str(&value), "", at, size, out);
        return;
    }
    if (a->form != FORM_NEST && a->form != FORM_PEER) {
        format_value(a, at, namespace, &value);
        put_line(depth, a->name, buf_str(&value), at, size, out);
        return;
    }
    buf_printf(&value, "%zu bytes:", len);
    put_line(depth, a->name, buf_str(&value), at, MNL_ATTR_HDRLEN, out);
    if (a->form == FORM_PEER && len >= sizeof(struct ifinfomsg)) {
        put_ifinfo((const void *)data, depth + 1, out);
        skip = NLMSG_ALIGN(sizeof(struct ifinfomsg));
    }
    put_attrs(data + skip, len - skip, a->inner, depth + 1, namespace, out);
}

static void put_attrs(const void *data, size_t len, const struct attr *known, int depth,
                      const char *namespace, struct buf *out)
{
    const char *end = (const char *)data + len;
    for (const struct nlattr *at = data; mnl_attr_ok(at, (int)(end - (const char *)at));
         at = mnl_attr_next(at)) {
        size_t left = (size_t)(end - (const char *)at), size = MNL_ALIGN(at->nla_len);
        put_attr(at, size < left ? size : left, known, depth, namespace, out);
    }
}

static void put_ifaddr(const void *head, struct buf *out)
{
    const struct ifaddrmsg *m = head;
    _cleanup_buf_ struct buf value = BUF_INIT;
    buf_printf(&value, "%s, /%u, index %u%s", m->ifa_family == AF_INET ? "AF_INET" : "AF_INET6",
               m->ifa_prefixlen, m->ifa_index, m->ifa_flags & IFA_F_NODAD ? ", IFA_F_NODAD" : "");
    put_line(1, "ifaddrmsg", buf_str(&value), m, sizeof *m, out);
}

static void put_rtmsg(const void *head, struct buf *out)
{
    const struct rtmsg *m = head;
    _cleanup_buf_ struct buf value = BUF_INIT;
    buf_printf(&value, "%s, /%u, table %u, protocol %u, scope %u, type %u",
               m->rtm_family == AF_INET ? "AF_INET" : "AF_INET6", m->rtm_dst_len, m->rtm_table,
               m->rtm_protocol, m->rtm_scope, m->rtm_type);
    put_line(1, "rtmsg", buf_str(&value), m, sizeof *m, out);
}

static void put_tcmsg(const void *head, struct buf *out)
{
    const struct tcmsg *m = head;
    _cleanup_buf_ struct buf value = BUF_INIT;
    buf_printf(&value, "index %d, parent %s", m->tcm_ifindex,
               m->tcm_parent == TC_H_ROOT ? "TC_H_ROOT" : "?");
    put_line(1, "tcmsg", buf_str(&value), m, sizeof *m, out);
}

static void put_link_head(const void *head, struct buf *out)
{
    put_ifinfo(head, 1, out);
}

static const struct family {
    uint16_t type;
    const char *name;
    size_t head;
    void (*put_head)(const void *head, struct buf *out);
    const struct attr *attrs;
} families[] = {
    {RTM_NEWLINK, "RTM_NEWLINK", sizeof(struct ifinfomsg), put_link_head, link_attrs},
    {RTM_DELLINK, "RTM_DELLINK", sizeof(struct ifinfomsg), put_link_head, link_attrs},
    {RTM_GETLINK, "RTM_GETLINK", sizeof(struct ifinfomsg), put_link_head, link_attrs},
    {RTM_NEWADDR, "RTM_NEWADDR", sizeof(struct ifaddrmsg), put_ifaddr, addr_attrs},
    {RTM_DELADDR, "RTM_DELADDR", sizeof(struct ifaddrmsg), put_ifaddr, addr_attrs},
    {RTM_NEWROUTE, "RTM_NEWROUTE", sizeof(struct rtmsg), put_rtmsg, route_attrs},
    {RTM_NEWQDISC, "RTM_NEWQDISC", sizeof(struct tcmsg), put_tcmsg, tc_attrs},
    {RTM_DELQDISC, "RTM_DELQDISC", sizeof(struct tcmsg), put_tcmsg, tc_attrs},
    {RTM_DELROUTE, "RTM_DELROUTE", sizeof(struct rtmsg), put_rtmsg, route_attrs},
};

void rtdump(const struct nlmsghdr *h, const char *namespace, struct buf *out)
{
    const struct family *f = NULL;
    for (size_t i = 0; i < ARRAY_LEN(families); i++)
        if (families[i].type == h->nlmsg_type)
            f = &families[i];
    _cleanup_buf_ struct buf value = BUF_INIT;
    buf_printf(&value, "%u bytes, NLM_F_REQUEST", h->nlmsg_len);
    put_flag(&value, h->nlmsg_flags & NLM_F_ACK, "NLM_F_ACK");
    put_flag(&value, h->nlmsg_flags & NLM_F_CREATE, "NLM_F_CREATE");
    put_flag(&value, h->nlmsg_flags & NLM_F_EXCL, "NLM_F_EXCL");
    put_flag(&value, h->nlmsg_flags & NLM_F_APPEND && h->nlmsg_type == RTM_NEWROUTE,
             "NLM_F_APPEND");
    put_flag(&value, h->nlmsg_flags & NLM_F_REPLACE && h->nlmsg_type == RTM_NEWQDISC,
             "NLM_F_REPLACE");
    put_line(0, f ? f->name : "message", buf_str(&value), h, sizeof *h, out);
    if (!f || mnl_nlmsg_get_payload_len(h) < f->head)
        return;
    f->put_head(mnl_nlmsg_get_payload(h), out);
    const char *attrs = mnl_nlmsg_get_payload_offset(h, f->head);
    put_attrs(attrs, (size_t)((const char *)mnl_nlmsg_get_payload_tail(h) - attrs), f->attrs, 1,
              namespace, out);
}
