# The program. The order of the libraries is the order of the floors, top to bottom.
bin_PROGRAMS += vethlab
vethlab_SOURCES = src/main.c
vethlab_LDADD = libverb.a libview.a libapply.a liblive.a libformat.a libplan.a libteach.a \
	libkernel.a libstate.a libinit.a libjson.a libloop.a libmodel.a libbase.a \
	$(MNL_LIBS) $(NL_LIBS) $(NCURSES_LIBS) $(FYAML_LIBS) $(JANSSON_LIBS) -lpthread
