typedef int format_placeholder;
