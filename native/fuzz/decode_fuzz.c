/* The decoders: the first byte says which, and whether descriptors came along; the rest is the payload. */
#include "decoded.h"
#include "fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* Blind changes half of the time: what is no payload must be survived, too. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    srand(seed);
    if (size < 1 + FIELD_HEAD || rand() % 2 == 0) {
        return LLVMFuzzerMutate(data, size, max_size);
    }
    return 1 + change_fields(data + 1, size - 1, max_size - 1, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    struct frame frame = {
        .type = data[0] & 0x7f,
        .descriptor_count = (data[0] & 0x80) != 0 ? FRAME_MAX_DESCRIPTORS : 0,
        .payload = {.length = size - 1},
    };
    for (unsigned index = 0; index < FRAME_MAX_DESCRIPTORS; index++) {
        frame.descriptors[index] = -1;
    }
    /* Of exactly this size, so that one byte too many is seen; with one more than none, as the reader does. */
    frame.payload.data = malloc(size > 1 ? size - 1 : 1);
    EXPECT(frame.payload.data != NULL);
    memcpy(frame.payload.data, data + 1, size - 1);
    see_frame(&frame);
    frame_release(&frame);
    return 0;
}
