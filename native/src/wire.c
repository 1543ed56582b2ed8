#include "wire.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELD_HEADER 6u
#define MAX_RULES 32u

uint16_t wire_get16(const uint8_t *at)
{
    return (uint16_t)(((unsigned)at[0] << 8) | at[1]);
}

uint32_t wire_get32(const uint8_t *at)
{
    return ((uint32_t)at[0] << 24) | ((uint32_t)at[1] << 16) | ((uint32_t)at[2] << 8) | at[3];
}

static uint64_t get64(const uint8_t *at)
{
    return ((uint64_t)wire_get32(at) << 32) | wire_get32(at + 4);
}

void wire_set16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

void wire_set32(uint8_t *at, uint32_t value)
{
    wire_set16(at, (uint16_t)(value >> 16));
    wire_set16(at + 2, (uint16_t)value);
}

__attribute__((format(printf, 2, 3))) static bool bad(struct problem *problem, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(problem->text, sizeof problem->text, format, arguments);
    va_end(arguments);
    return false;
}

void *wire_append(void *items, size_t count, size_t element_size, const void *element)
{
    /* Doubles at powers of two; the caller's input is at most one frame, so this is bounded by it. */
    void *grown = items;
    if ((count & (count - 1)) == 0) {
        size_t room = count == 0 ? 1 : count * 2;
        grown = realloc(items, room * element_size);
        if (grown == NULL) {
            return NULL;
        }
    }
    memcpy((uint8_t *)grown + count * element_size, element, element_size);
    return grown;
}

/* Ends a text in place: it moves one byte back, over its own header, to make room for the NUL. */
static char *end_text(struct bytes value)
{
    char *start = (char *)value.data - 1;
    memmove(start, value.data, value.length);
    start[value.length] = '\0';
    return start;
}

/* One element more than counted is in use: the NULL at the end. */
static bool append_text(struct texts *texts, char *text)
{
    char *const end = NULL;
    for (size_t used = texts->items == NULL ? 0 : texts->count + 1; used < texts->count + 2; used++) {
        char **grown = wire_append(texts->items, used, sizeof end, &end);
        if (grown == NULL) {
            return false;
        }
        texts->items = grown;
    }
    texts->items[texts->count++] = text;
    return true;
}

static bool take_value(const struct field_rule *rule, struct bytes value, void *record, struct problem *problem)
{
    static const size_t fixed_length[] = {[FIELD_U8] = 1, [FIELD_U32] = 4, [FIELD_U64] = 8};
    void *slot = (uint8_t *)record + rule->offset;
    if (rule->kind <= FIELD_U64 && value.length != fixed_length[rule->kind]) {
        return bad(problem, "field %u: %zu bytes (expected: %zu)", rule->tag, value.length, fixed_length[rule->kind]);
    }
    bool is_text = rule->kind == FIELD_TEXT || rule->kind == FIELD_TEXTS;
    if (is_text && memchr(value.data, '\0', value.length) != NULL) {
        return bad(problem, "field %u: text with a NUL byte", rule->tag);
    }
    switch (rule->kind) {
    case FIELD_U8:
        *(uint8_t *)slot = value.data[0];
        return true;
    case FIELD_U32:
        *(uint32_t *)slot = wire_get32(value.data);
        return true;
    case FIELD_U64:
        *(uint64_t *)slot = get64(value.data);
        return true;
    case FIELD_TEXT:
        *(char **)slot = end_text(value);
        return true;
    case FIELD_BYTES:
        *(struct bytes *)slot = value;
        return true;
    case FIELD_TEXTS:
        if (((struct texts *)slot)->count == WIRE_MAX_TEXTS) {
            return bad(problem, "field %u: repeated too often (expected: at most %u times)", rule->tag, WIRE_MAX_TEXTS);
        }
        return append_text(slot, end_text(value)) || bad(problem, "field %u: no memory", rule->tag);
    case FIELD_NESTED:
        return rule->take(value, record, problem);
    }
    return bad(problem, "field %u: no such kind", rule->tag);
}

bool wire_decode(struct bytes payload, const struct field_rule *rules, size_t rule_count, void *record,
                 struct problem *problem)
{
    bool seen[MAX_RULES] = {false};
    if (rule_count > MAX_RULES) {
        return bad(problem, "more than %u rules", MAX_RULES);
    }
    for (size_t at = 0; at < payload.length;) {
        if (payload.length - at < FIELD_HEADER) {
            return bad(problem, "%zu bytes after the last field", payload.length - at);
        }
        uint16_t tag = wire_get16(payload.data + at);
        uint32_t length = wire_get32(payload.data + at + 2);
        at += FIELD_HEADER;
        if (length > payload.length - at) {
            return bad(problem, "field %u: length %u (expected: at most %zu)", tag, length, payload.length - at);
        }
        size_t index = 0;
        while (index < rule_count && rules[index].tag != tag) {
            index++;
        }
        if (index == rule_count) {
            return bad(problem, "field %u: unknown", tag);
        }
        if (seen[index] && rules[index].kind != FIELD_TEXTS && rules[index].kind != FIELD_NESTED) {
            return bad(problem, "field %u: repeated", tag);
        }
        seen[index] = true;
        struct bytes value = {payload.data + at, length};
        if (!take_value(&rules[index], value, record, problem)) {
            return false;
        }
        at += length;
    }
    for (size_t index = 0; index < rule_count; index++) {
        if (rules[index].required && !seen[index]) {
            return bad(problem, "field %u: missing", rules[index].tag);
        }
    }
    return true;
}

static uint8_t *reserve(struct writer *writer, size_t extra)
{
    if (writer->overflow || extra > WIRE_MAX_PAYLOAD - writer->length) {
        writer->overflow = true;
        return NULL;
    }
    size_t needed = writer->length + extra;
    if (needed > writer->capacity) {
        size_t capacity = writer->capacity == 0 ? 512 : writer->capacity;
        while (capacity < needed) {
            capacity *= 2;
        }
        uint8_t *grown = realloc(writer->data, capacity);
        if (grown == NULL) {
            writer->overflow = true;
            return NULL;
        }
        writer->data = grown;
        writer->capacity = capacity;
    }
    uint8_t *at = writer->data + writer->length;
    writer->length = needed;
    return at;
}

static uint8_t *put_field(struct writer *writer, uint16_t tag, size_t length)
{
    if (length > WIRE_MAX_PAYLOAD) {
        writer->overflow = true;
        return NULL;
    }
    uint8_t *at = reserve(writer, FIELD_HEADER + length);
    if (at == NULL) {
        return NULL;
    }
    wire_set16(at, tag);
    wire_set32(at + 2, (uint32_t)length);
    return at + FIELD_HEADER;
}

void wire_put_u8(struct writer *writer, uint16_t tag, uint8_t value)
{
    wire_put_bytes(writer, tag, &value, 1);
}

void wire_put_u32(struct writer *writer, uint16_t tag, uint32_t value)
{
    uint8_t *at = put_field(writer, tag, 4);
    if (at != NULL) {
        wire_set32(at, value);
    }
}

void wire_put_i32(struct writer *writer, uint16_t tag, int32_t value)
{
    wire_put_u32(writer, tag, (uint32_t)value);
}

void wire_put_u64(struct writer *writer, uint16_t tag, uint64_t value)
{
    uint8_t *at = put_field(writer, tag, 8);
    if (at != NULL) {
        wire_set32(at, (uint32_t)(value >> 32));
        wire_set32(at + 4, (uint32_t)value);
    }
}

void wire_put_text(struct writer *writer, uint16_t tag, const char *text)
{
    wire_put_bytes(writer, tag, text, strlen(text));
}

void wire_put_bytes(struct writer *writer, uint16_t tag, const void *data, size_t length)
{
    uint8_t *at = put_field(writer, tag, length);
    if (at != NULL && length > 0) {
        memcpy(at, data, length);
    }
}

void wire_put_fields(struct writer *writer, const struct writer *fields)
{
    uint8_t *at = fields->overflow ? NULL : reserve(writer, fields->length);
    if (at != NULL && fields->length > 0) {
        memcpy(at, fields->data, fields->length);
    }
    writer->overflow = writer->overflow || fields->overflow;
}

size_t wire_begin(struct writer *writer, uint16_t tag)
{
    (void)put_field(writer, tag, 0);
    return writer->length;
}

void wire_end(struct writer *writer, size_t mark)
{
    if (!writer->overflow) {
        wire_set32(writer->data + mark - 4, (uint32_t)(writer->length - mark));
    }
}

void wire_release_secret(struct writer *writer)
{
    if (writer->data != NULL) {
        explicit_bzero(writer->data, writer->capacity);
    }
    wire_release(writer);
}

void wire_release(struct writer *writer)
{
    free(writer->data);
    *writer = (struct writer){0};
}
