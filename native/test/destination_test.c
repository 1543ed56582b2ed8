/* Socket addresses, and where they lead. */
#include "destination.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "check.h"

static struct endpoint endpoint;

static enum destination_kind judge4(const char *address, uint16_t port)
{
    struct sockaddr_in socket_address = {.sin_family = AF_INET, .sin_port = htons(port)};
    CHECK(inet_pton(AF_INET, address, &socket_address.sin_addr) == 1);
    return destination_judge(USE_CONNECT, (const uint8_t *)&socket_address, sizeof socket_address, &endpoint);
}

static enum destination_kind judge6(const char *address, uint16_t port)
{
    struct sockaddr_in6 socket_address = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    CHECK(inet_pton(AF_INET6, address, &socket_address.sin6_addr) == 1);
    return destination_judge(USE_CONNECT, (const uint8_t *)&socket_address, sizeof socket_address, &endpoint);
}

static void what_stays_in_the_namespace_is_inside(void)
{
    static const char *const addresses[] = {"127.0.0.1", "127.255.255.255", "0.0.0.0", "10.200.0.2"};
    for (size_t index = 0; index < sizeof addresses / sizeof addresses[0]; index++) {
        char mapped[64];
        (void)snprintf(mapped, sizeof mapped, "::ffff:%s", addresses[index]);
        CHECK_EQUALS(judge4(addresses[index], 80), DESTINATION_INSIDE);
        CHECK_EQUALS(judge6(mapped, 80), DESTINATION_INSIDE);
    }
    CHECK_EQUALS(judge6("::1", 80), DESTINATION_INSIDE);
    CHECK_EQUALS(judge6("::", 80), DESTINATION_INSIDE);
}

static void the_proxy_is_one_port_of_one_address(void)
{
    CHECK_EQUALS(judge4("10.200.0.1", 3128), DESTINATION_PROXY);
    CHECK_EQUALS(judge6("::ffff:10.200.0.1", 3128), DESTINATION_PROXY);
    CHECK_EQUALS(judge4("10.200.0.1", 3129), DESTINATION_OUTSIDE);
    CHECK_EQUALS(judge4("10.200.0.1", 0x380c), DESTINATION_OUTSIDE); /* 3128 in the wrong order */
    CHECK_EQUALS(judge4("1.0.200.10", 3128), DESTINATION_OUTSIDE);
    CHECK_EQUALS(judge4("10.200.0.3", 3128), DESTINATION_OUTSIDE);
    CHECK_EQUALS(judge6("::10.200.0.1", 3128), DESTINATION_OUTSIDE); /* compatible is not mapped */
    CHECK_EQUALS(judge6("::ffff:0:10.200.0.1", 3128), DESTINATION_OUTSIDE);
}

static void everything_else_is_outside(void)
{
    static const char *const v4[] = {"8.8.8.8",         "10.200.0.255", "169.254.169.254", "224.0.0.251",
                                     "255.255.255.255", "128.0.0.1",    "126.255.255.255", "0.0.0.1"};
    static const char *const v6[] = {"2001:4860:4860::8888", "fe80::1", "ff02::fb", "::2", "64:ff9b::808:808",
                                     "1::1"};
    for (size_t index = 0; index < sizeof v4 / sizeof v4[0]; index++) {
        CHECK_EQUALS(judge4(v4[index], 443), DESTINATION_OUTSIDE);
    }
    for (size_t index = 0; index < sizeof v6 / sizeof v6[0]; index++) {
        CHECK_EQUALS(judge6(v6[index], 443), DESTINATION_OUTSIDE);
    }
}

static void the_endpoint_is_what_the_address_says(void)
{
    static const uint8_t expected[] = {8, 8, 4, 4};
    (void)judge4("8.8.4.4", 53);
    CHECK(endpoint.length == 4 && endpoint.port == 53 && memcmp(endpoint.address, expected, 4) == 0);
    (void)judge6("::ffff:8.8.4.4", 853);
    CHECK(endpoint.length == 4 && endpoint.port == 853 && memcmp(endpoint.address, expected, 4) == 0);
    (void)judge6("2001:db8::5", 65535);
    CHECK(endpoint.length == 16 && endpoint.port == 65535 && endpoint.address[0] == 0x20 && endpoint.address[15] == 5);
}

static void a_family_that_is_missing_counts_where_the_kernel_sends_all_the_same(void)
{
    struct sockaddr_in address = {.sin_family = AF_UNSPEC, .sin_port = htons(53), .sin_addr = {htonl(0x08080808)}};
    const uint8_t *bytes = (const uint8_t *)&address;
    CHECK_EQUALS(destination_judge(USE_CONNECT, bytes, sizeof address, &endpoint), DESTINATION_NONE);
    CHECK_EQUALS(destination_judge(USE_SENDTO, bytes, sizeof address, &endpoint), DESTINATION_OUTSIDE);
}

static void other_families_are_nothing(void)
{
    struct sockaddr_un path = {.sun_family = AF_UNIX, .sun_path = "/run/socket"};
    CHECK_EQUALS(destination_judge(USE_CONNECT, (const uint8_t *)&path, sizeof path, &endpoint), DESTINATION_NONE);
    for (uint16_t family = 0; family < 64; family++) {
        uint8_t bytes[28] = {0};
        memcpy(bytes, &family, sizeof family);
        bool is_inet = family == AF_INET || family == AF_INET6;
        CHECK_EQUALS(destination_judge(USE_CONNECT, bytes, sizeof bytes, &endpoint),
                     is_inet ? DESTINATION_INSIDE : DESTINATION_NONE);
    }
}

/* With a buffer of exactly that length, so that the sanitizer sees every byte too far. */
static void every_length_is_judged_as_the_kernel_does(void)
{
    for (uint16_t family = AF_INET; family <= AF_INET6; family = (uint16_t)(family + AF_INET6 - AF_INET)) {
        size_t shortest = family == AF_INET ? 16 : 24;
        for (size_t length = 0; length <= 200; length++) {
            uint8_t *bytes = malloc(length > 0 ? length : 1);
            CHECK(bytes != NULL);
            memset(bytes, 8, length);
            memcpy(bytes, &family, length < sizeof family ? length : sizeof family);
            bool valid = length >= shortest && length <= 128;
            CHECK_EQUALS(destination_judge(USE_CONNECT, bytes, length, &endpoint),
                         valid ? DESTINATION_OUTSIDE : DESTINATION_NONE);
            free(bytes);
        }
    }
}

int main(void)
{
    what_stays_in_the_namespace_is_inside();
    the_proxy_is_one_port_of_one_address();
    everything_else_is_outside();
    the_endpoint_is_what_the_address_says();
    a_family_that_is_missing_counts_where_the_kernel_sends_all_the_same();
    other_families_are_nothing();
    every_length_is_judged_as_the_kernel_does();
    return 0;
}
