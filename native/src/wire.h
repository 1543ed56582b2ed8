/*
 * The payload of a control frame: fields of u16 tag, u32 length and bytes, integers big-endian.
 * docs/control-protocol.md is the contract; anything it does not allow is an error here.
 */
#ifndef OPENSHELL_WIRE_H
#define OPENSHELL_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_MAX_PAYLOAD (4u * 1024 * 1024)
#define WIRE_PROBLEM_SIZE 160
/* Of one repeated field. The list of 128 ki pointers takes a megabyte. */
#define WIRE_MAX_TEXTS (128u * 1024)

/* A view of bytes that somebody else owns. */
struct bytes {
    uint8_t *data;
    size_t length;
};

/* Texts of one repeated field; items ends with NULL, so it can serve as argv. */
struct texts {
    char **items;
    size_t count;
};

struct problem {
    char text[WIRE_PROBLEM_SIZE];
};

enum field_kind {
    FIELD_U8,     /* uint8_t */
    FIELD_U32,    /* uint32_t */
    FIELD_U64,    /* uint64_t */
    FIELD_TEXT,   /* char *, a view into the payload */
    FIELD_BYTES,  /* struct bytes, a view into the payload */
    FIELD_TEXTS,  /* struct texts, repeated */
    FIELD_NESTED, /* repeated; handed to take() */
};

/* What a message may hold: one row a tag. */
struct field_rule {
    uint16_t tag;
    enum field_kind kind;
    bool required; /* of a repeated field: at least one */
    size_t offset; /* where in the record the value goes */
    bool (*take)(struct bytes value, void *record, struct problem *problem);
};

/*
 * Reads a payload into a record by the rules. The payload is changed (texts get their end marked
 * in place) and must outlive the record. False, with a problem, for anything the rules do not say.
 */
bool wire_decode(struct bytes payload, const struct field_rule *rules, size_t rule_count, void *record,
                 struct problem *problem);

/*
 * Adds an element to an array that was only ever grown by this function. Returns the array, perhaps
 * moved, or NULL (the old array stays) when there is no memory.
 */
void *wire_append(void *items, size_t count, size_t element_size, const void *element);

/* Builds a payload; an error sticks in `overflow` and is found when the frame is sent. */
struct writer {
    uint8_t *data;
    size_t length;
    size_t capacity;
    bool overflow;
};

void wire_put_u8(struct writer *writer, uint16_t tag, uint8_t value);
void wire_put_u32(struct writer *writer, uint16_t tag, uint32_t value);
void wire_put_i32(struct writer *writer, uint16_t tag, int32_t value);
void wire_put_u64(struct writer *writer, uint16_t tag, uint64_t value);
void wire_put_text(struct writer *writer, uint16_t tag, const char *text);
void wire_put_bytes(struct writer *writer, uint16_t tag, const void *data, size_t length);

/* Appends all fields of another payload. */
void wire_put_fields(struct writer *writer, const struct writer *fields);

/* Opens a nested field; the returned mark closes it. */
size_t wire_begin(struct writer *writer, uint16_t tag);
void wire_end(struct writer *writer, size_t mark);

void wire_release(struct writer *writer);

/* As above; the bytes are overwritten first. */
void wire_release_secret(struct writer *writer);

/* Big-endian integers, for the frame header. */
uint16_t wire_get16(const uint8_t *at);
uint32_t wire_get32(const uint8_t *at);
void wire_set16(uint8_t *at, uint16_t value);
void wire_set32(uint8_t *at, uint32_t value);

#endif
