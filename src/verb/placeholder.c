typedef int verb_placeholder;
