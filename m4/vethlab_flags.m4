# VETHLAB_CFLAGS_ADD(VARIABLE, FLAGS): appends each flag that the compiler takes.
AC_DEFUN([VETHLAB_CFLAGS_ADD], [
  for vethlab_flag in $2; do
    AC_MSG_CHECKING([whether $CC takes $vethlab_flag])
    vethlab_saved=$CFLAGS
    CFLAGS="$CFLAGS -Werror $vethlab_flag"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
      [AC_MSG_RESULT([yes]); $1="$$1 $vethlab_flag"], [AC_MSG_RESULT([no])])
    CFLAGS=$vethlab_saved
  done
])
