typedef int teach_placeholder;
