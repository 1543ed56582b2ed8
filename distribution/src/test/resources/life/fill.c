/* Takes memory that is not its own: it fills a file of a tmpfs, and stays the smallest process that there is. */
#include <fcntl.h>
#include <unistd.h>

static char block[4096];

int main(void)
{
    int fd = open("/dev/shm/fill", O_CREAT | O_WRONLY, 0600);
    if (fd < 0) {
        return 3;
    }
    while (write(fd, block, sizeof block) > 0) {
    }
    return 4;
}
