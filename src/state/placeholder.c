typedef int state_placeholder;
