typedef int kernel_placeholder;
