/* The codec: what is written can be read, and nothing else can. */
#include "wire.h"

#include <string.h>

#include "check.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct record {
    uint8_t small;
    uint32_t number;
    uint64_t big;
    char *text;
    struct bytes raw;
    struct texts list;
    unsigned nested;
};

static bool take_nested(struct bytes value, void *record, struct problem *problem)
{
    static const struct field_rule rules[] = {{1, FIELD_U8, true, 0, NULL}};
    uint8_t inner = 0;
    if (!wire_decode(value, rules, COUNT(rules), &inner, problem)) {
        return false;
    }
    ((struct record *)record)->nested += inner;
    return true;
}

static const struct field_rule rules[] = {
    {1, FIELD_U8, true, offsetof(struct record, small), NULL},
    {2, FIELD_U32, true, offsetof(struct record, number), NULL},
    {3, FIELD_U64, true, offsetof(struct record, big), NULL},
    {4, FIELD_TEXT, true, offsetof(struct record, text), NULL},
    {5, FIELD_BYTES, true, offsetof(struct record, raw), NULL},
    {6, FIELD_TEXTS, true, offsetof(struct record, list), NULL},
    {7, FIELD_NESTED, true, 0, take_nested},
};

static void write_all(struct writer *writer)
{
    wire_put_u8(writer, 1, 0xfe);
    wire_put_u32(writer, 2, 0xfedcba98u);
    wire_put_u64(writer, 3, 0xfedcba9876543210ull);
    wire_put_text(writer, 4, "");
    wire_put_bytes(writer, 5, "\0\1\2", 3);
    wire_put_text(writer, 6, "one");
    size_t mark = wire_begin(writer, 7);
    wire_put_u8(writer, 1, 3);
    wire_end(writer, mark);
    wire_put_text(writer, 6, "two");
    mark = wire_begin(writer, 7);
    wire_put_u8(writer, 1, 4);
    wire_end(writer, mark);
    wire_put_text(writer, 6, "three");
}

/* Decodes a copy of exactly this size, so that the sanitizer sees every byte read beyond it. */
static bool decode(const uint8_t *data, size_t length, struct record *record, struct problem *problem, uint8_t **copy)
{
    *copy = malloc(length > 0 ? length : 1);
    CHECK(*copy != NULL);
    memcpy(*copy, data, length);
    *record = (struct record){0};
    return wire_decode((struct bytes){*copy, length}, rules, COUNT(rules), record, problem);
}

static void what_is_written_can_be_read(void)
{
    struct writer writer = {0};
    struct record record;
    struct problem problem = {""};
    uint8_t *copy;
    write_all(&writer);
    CHECK(!writer.overflow);
    CHECK(decode(writer.data, writer.length, &record, &problem, &copy));
    CHECK_EQUALS(record.small, 0xfe);
    CHECK_EQUALS(record.number, 0xfedcba98u);
    CHECK(record.big == 0xfedcba9876543210ull);
    CHECK(strcmp(record.text, "") == 0);
    CHECK(record.raw.length == 3 && memcmp(record.raw.data, "\0\1\2", 3) == 0);
    CHECK_EQUALS(record.list.count, 3);
    CHECK(strcmp(record.list.items[0], "one") == 0 && strcmp(record.list.items[1], "two") == 0);
    CHECK(strcmp(record.list.items[2], "three") == 0 && record.list.items[3] == NULL);
    CHECK_EQUALS(record.nested, 7);
    free(record.list.items);
    free(copy);
    wire_release(&writer);
}

static void every_truncation_is_refused(void)
{
    struct writer writer = {0};
    write_all(&writer);
    for (size_t length = 0; length < writer.length; length++) {
        struct record record;
        struct problem problem = {""};
        uint8_t *copy;
        bool accepted = decode(writer.data, length, &record, &problem, &copy);
        /* Cut exactly between two fields it may still be whole: only the repeated ones are at the end. */
        bool whole = accepted && record.list.count >= 1 && record.nested >= 3;
        CHECK(!accepted || whole);
        CHECK(accepted || problem.text[0] != '\0');
        free(record.list.items);
        free(copy);
    }
    wire_release(&writer);
}

/* Whatever a byte is changed to, the decoder stays within the payload (the sanitizer watches). */
static void every_changed_byte_is_survived(void)
{
    struct writer writer = {0};
    write_all(&writer);
    for (size_t at = 0; at < writer.length; at++) {
        for (unsigned value = 0; value < 256; value++) {
            uint8_t before = writer.data[at];
            struct record record;
            struct problem problem = {""};
            uint8_t *copy;
            writer.data[at] = (uint8_t)value;
            (void)decode(writer.data, writer.length, &record, &problem, &copy);
            writer.data[at] = before;
            free(record.list.items);
            free(copy);
        }
    }
    wire_release(&writer);
}

static void refused(const uint8_t *data, size_t length, const char *because)
{
    static const struct field_rule two[] = {
        {1, FIELD_U32, true, offsetof(struct record, number), NULL},
        {2, FIELD_TEXT, false, offsetof(struct record, text), NULL},
    };
    struct record record = {0};
    struct problem problem = {""};
    uint8_t copy[64];
    CHECK(length <= sizeof copy);
    memcpy(copy, data, length);
    CHECK(!wire_decode((struct bytes){copy, length}, two, COUNT(two), &record, &problem));
    if (strstr(problem.text, because) == NULL) {
        (void)fprintf(stderr, "%s (expected: ...%s...)\n", problem.text, because);
        exit(1);
    }
}

#define BYTES(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

static void each_fault_has_its_own_message(void)
{
    refused(BYTES(0, 9, 0, 0, 0, 0), "field 9: unknown");
    refused(BYTES(0, 1, 0, 0, 0, 3, 1, 2, 3), "field 1: 3 bytes (expected: 4)");
    refused(BYTES(0, 1, 0, 0, 0, 4, 0, 0, 0, 1, 0, 1, 0, 0, 0, 4, 0, 0, 0, 1), "field 1: repeated");
    refused(BYTES(0, 2, 0, 0, 0, 1, 'a'), "field 1: missing");
    refused(BYTES(0, 2, 0, 0, 0, 2, 'a', 0), "NUL");
    refused(BYTES(0, 1, 0, 0, 0, 4, 0, 0, 0, 1, 0), "1 bytes after the last field");
    refused(BYTES(0, 1, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1), "length 4294967295");
}

static void a_writer_that_gets_too_long_says_so(void)
{
    struct writer writer = {0};
    static uint8_t chunk[1024 * 1024];
    for (int count = 0; count < 5; count++) {
        wire_put_bytes(&writer, 1, chunk, sizeof chunk);
    }
    CHECK(writer.overflow);
    CHECK(writer.length <= WIRE_MAX_PAYLOAD);
    wire_release(&writer);
}

static void a_text_is_not_repeated_without_end(void)
{
    static const struct field_rule texts_only[] = {{6, FIELD_TEXTS, false, offsetof(struct record, list), NULL}};
    struct writer writer = {0};
    struct problem problem = {""};
    for (unsigned count = 0; count < WIRE_MAX_TEXTS; count++) {
        wire_put_text(&writer, 6, "");
    }
    struct record record = {0};
    CHECK(wire_decode((struct bytes){writer.data, writer.length}, texts_only, 1, &record, &problem));
    CHECK_EQUALS(record.list.count, WIRE_MAX_TEXTS);
    free(record.list.items);
    wire_put_text(&writer, 6, "");
    /* Decoding changed the texts' headers. */
    for (unsigned count = 0; count <= WIRE_MAX_TEXTS; count++) {
        wire_set16(writer.data + count * 6, 6);
        wire_set32(writer.data + count * 6 + 2, 0);
    }
    record = (struct record){0};
    CHECK(!wire_decode((struct bytes){writer.data, writer.length}, texts_only, 1, &record, &problem));
    CHECK(strcmp(problem.text, "field 6: repeated too often (expected: at most 131072 times)") == 0);
    free(record.list.items);
    wire_release(&writer);
}

int main(void)
{
    what_is_written_can_be_read();
    every_truncation_is_refused();
    every_changed_byte_is_survived();
    each_fault_has_its_own_message();
    a_writer_that_gets_too_long_says_so();
    a_text_is_not_repeated_without_end();
    return 0;
}
