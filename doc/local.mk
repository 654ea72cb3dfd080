# doc
EXTRA_DIST += doc/vethlab-show.json.md
EXTRA_DIST += doc/vethlab-view.json.md
dist_man_MANS += doc/vethlab-topology.5
dist_pkgdata_DATA += doc/vethlab-topology.schema.json
