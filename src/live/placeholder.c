typedef int live_placeholder;
