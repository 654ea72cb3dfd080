# topologies: examples, each with a comment that says what it shows
topologydir = $(pkgdatadir)/topologies
dist_topology_DATA = \
	topologies/lan.lab.yaml \
	topologies/router.lab.yaml \
	topologies/veth-ping.lab.yaml
