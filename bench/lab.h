/* SPDX-License-Identifier: BSD-2-Clause */
/* lab: the labs that are measured, made by a rule, so that every competitor builds the same. */
#ifndef VETHLAB_BENCH_LAB_H
#define VETHLAB_BENCH_LAB_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct lab_node {
    char name[16];
    bool bridge; /* one bridge device, named as the node */
    bool router; /* forwards IPv4, and its packets live for 255 hops */
};

struct lab_end {
    int node;
    char ifname[16];
    uint32_t addr; /* IPv4, host byte order; 0: none */
};

struct lab_link {
    struct lab_end end[2]; /* a port of a bridge is always end[0] */
    int plen;
};

struct lab_route {
    int node;
    uint32_t to, via;
    int plen;
};

struct lab {
    char name[32];
    struct lab_node *node;
    struct lab_link *link;
    struct lab_route *route; /* in the order of nodes */
    int nodes, links, routes;
};

/* "pair", "star-N", "chain-N" or "mesh-N"; exits with a message if it is none of them. */
struct lab *lab_new(const char *name);
void lab_free(struct lab *l);

void lab_write_yaml(const struct lab *l, FILE *to);    /* vethlab's topology */
void lab_write_ip(const struct lab *l, FILE *to);      /* a shell script of `ip -batch` */
void lab_write_mininet(const struct lab *l, FILE *to); /* a Python program */

#endif
