# doc
EXTRA_DIST += doc/vethlab-show.json.md
EXTRA_DIST += doc/vethlab-view.json.md
