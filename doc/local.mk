# doc
dist_doc_DATA = doc/vethlab-show.json.md doc/vethlab-view.json.md doc/vethlab-ping.json.md \
	doc/vethlab-plan.json.md doc/vethlab-list.json.md
dist_man_MANS += doc/vethlab-topology.5
dist_pkgdata_DATA += doc/vethlab-topology.schema.json
# The verbs and options of the manual are the program's own.
EXTRA_DIST += doc/vethlab.1.in doc/view.svg
man_MANS = doc/vethlab.1
CLEANFILES += doc/vethlab.1
doc/vethlab.1: $(srcdir)/doc/vethlab.1.in vethlab$(EXEEXT)
	@$(MKDIR_P) doc
	$(AM_V_GEN)./vethlab$(EXEEXT) __manual <$(srcdir)/doc/vethlab.1.in >$@.new && mv $@.new $@
