# plan: pure: (desired, observed) to ordered operations
noinst_LIBRARIES += libplan.a
libplan_a_SOURCES = src/plan/plan.c src/plan/plan.h
