typedef int apply_placeholder;
