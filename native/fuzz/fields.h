/*
 * Changes a payload as one who knows its form: a blind change of a length or of a text's size breaks all that follows,
 * so the fuzzer would hardly get beyond the first field.
 */
#ifndef OPENSHELL_FIELDS_H
#define OPENSHELL_FIELDS_H

#include <stdlib.h>
#include <string.h>

#include "wire.h"

#define FIELD_HEAD 6u
#define MAX_FIELDS 64u
#define MAX_DEPTH 2u
#define HIGHEST_TAG 32u

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

struct field_places {
    size_t at[MAX_FIELDS];
    size_t count;
};

static inline size_t field_size(const uint8_t *field)
{
    return FIELD_HEAD + wire_get32(field + 2);
}

/* Where fields start, as far as the payload is one. */
static inline struct field_places find_fields(const uint8_t *data, size_t size)
{
    struct field_places places = {.count = 0};
    for (size_t at = 0; places.count < MAX_FIELDS && size - at >= FIELD_HEAD;) {
        if (wire_get32(data + at + 2) > size - at - FIELD_HEAD) {
            break;
        }
        places.at[places.count++] = at;
        at += field_size(data + at);
    }
    return places;
}

/* Makes the field at this place as long as its new content, of which `length` bytes are put in front of what follows. */
static inline size_t replace_content(uint8_t *data, size_t size, size_t at, const uint8_t *content, size_t length)
{
    size_t end = at + field_size(data + at);
    memmove(data + at + FIELD_HEAD + length, data + end, size - end);
    memcpy(data + at + FIELD_HEAD, content, length);
    wire_set32(data + at + 2, (uint32_t)length);
    return size - (end - at) + FIELD_HEAD + length;
}

static inline size_t copy_field(uint8_t *data, size_t size, size_t max_size, size_t from, size_t to)
{
    size_t length = field_size(data + from);
    uint8_t *copy = malloc(length);
    if (copy != NULL && length <= max_size - size) {
        memcpy(copy, data + from, length);
        memmove(data + to + length, data + to, size - to);
        memcpy(data + to, copy, length);
        size += length;
    }
    free(copy);
    return size;
}

static inline size_t change_fields(uint8_t *data, size_t size, size_t max_size, unsigned depth);

/* A field's content becomes shorter, longer or another; or, if it holds fields, one of those does. */
static inline size_t change_content(uint8_t *data, size_t size, size_t max_size, size_t at, unsigned depth)
{
    size_t length = field_size(data + at) - FIELD_HEAD;
    size_t room = length + (max_size - size);
    uint8_t *content = calloc(1, room + 1);
    if (content == NULL) {
        return size;
    }
    memcpy(content, data + at + FIELD_HEAD, length);
    size_t changed;
    if (depth < MAX_DEPTH && find_fields(content, length).count > 0 && rand() % 2 == 0) {
        changed = change_fields(content, length, room, depth + 1);
    } else if (rand() % 3 == 0) {
        changed = (size_t)rand() % (room < 64 ? room + 1 : 64);
    } else {
        changed = LLVMFuzzerMutate(content, length, room);
    }
    size = replace_content(data, size, at, content, changed);
    free(content);
    return size;
}

static inline size_t change_fields(uint8_t *data, size_t size, size_t max_size, unsigned depth)
{
    struct field_places places = find_fields(data, size);
    if (places.count == 0) {
        return LLVMFuzzerMutate(data, size, max_size);
    }
    size_t at = places.at[(size_t)rand() % places.count];
    size_t other = places.at[(size_t)rand() % places.count];
    size_t end = at + field_size(data + at);
    switch (rand() % 6) {
    case 0:
        memmove(data + at, data + end, size - end);
        return size - (end - at);
    case 1:
        return copy_field(data, size, max_size, at, other);
    case 2:
        wire_set16(data + at, (uint16_t)((unsigned)rand() % HIGHEST_TAG));
        return size;
    default:
        return change_content(data, size, max_size, at, depth);
    }
}

#endif
