# topologies: examples, each with a comment that says what it shows
topologydir = $(pkgdatadir)/topologies
dist_topology_DATA = \
	topologies/by-hand.lab.yaml \
	topologies/dumbbell.lab.yaml \
	topologies/lan.lab.yaml \
	topologies/ring.lab.yaml \
	topologies/router.lab.yaml \
	topologies/star-100.lab.yaml \
	topologies/veth-ping-host.lab.yaml \
	topologies/veth-ping.lab.yaml
