typedef int view_placeholder;
