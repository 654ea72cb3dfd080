# doc
EXTRA_DIST += doc/vethlab-show.json.md
