typedef int init_placeholder;
