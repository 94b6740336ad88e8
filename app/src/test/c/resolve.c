/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the addresses of a name as the C library that this is linked with finds them, one a line. */
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
	char text[NI_MAXHOST];
	int failure = argc == 2 ? getaddrinfo(argv[1], NULL, &hints, &found) : EAI_FAIL;

	if (failure) {
		fprintf(stderr, "%s\n", gai_strerror(failure));
		return 1;
	}
	for (; found; found = found->ai_next)
		if (!getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof(text), NULL, 0, NI_NUMERICHOST))
			puts(text);
	return 0;
}
