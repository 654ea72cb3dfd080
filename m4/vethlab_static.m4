# VETHLAB_STATIC(VARIABLE, FUNCTION, [WHOLE-LIBRARY]): rewrites the linker's words in VARIABLE so that
# each library comes from its archive, if a program that calls FUNCTION can be linked so; otherwise
# the variable stays. Of WHOLE-LIBRARY every object is taken: libnl's kinds of links register
# themselves in constructors that nobody refers to.
AC_DEFUN([VETHLAB_STATIC], [
  AC_MSG_CHECKING([for archives of $$1])
  vethlab_saved=$LIBS
  vethlab_static="-Wl,-Bstatic"
  for vethlab_word in $$1; do
    AS_CASE([$vethlab_word],
      [m4_default([$3], [none])],
        [vethlab_static="$vethlab_static -Wl,--whole-archive $vethlab_word -Wl,--no-whole-archive"],
      [vethlab_static="$vethlab_static $vethlab_word"])
  done
  vethlab_static="$vethlab_static -Wl,-Bdynamic"
  LIBS="$vethlab_static $LIBS -lpthread"
  AC_LINK_IFELSE([AC_LANG_CALL([], [$2])],
    [AC_MSG_RESULT([yes]); $1=$vethlab_static], [AC_MSG_RESULT([no, it stays dynamic])])
  LIBS=$vethlab_saved
])
