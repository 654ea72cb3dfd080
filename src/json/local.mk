# json: writer and reader, foreign text sanitised first
noinst_LIBRARIES += libjson.a
libjson_a_SOURCES = src/json/placeholder.c
