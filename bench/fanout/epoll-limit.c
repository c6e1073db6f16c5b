// The machine's limit: one thread, one epoll, and one write for each event and stream; no parsing, no queues, no cursors.
// Prints its port. Standard input says whom to send the event in the file to: `<first stream> <end> <times>` in a line.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_FD = 65536, BATCH = 512, COMMANDS = 0 };

static const char head[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n\r\n";
static int open_fds[MAX_FD], place_of[MAX_FD], open_count;
static char event[1 << 16];
static size_t event_length;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void send_all(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t sent = send(fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) {
      struct pollfd writable = {.fd = fd, .events = POLLOUT};
      poll(&writable, 1, -1);
    } else if (sent < 0) {
      return; // it is gone; epoll tells
    } else {
      bytes += sent;
      length -= sent;
    }
  }
}

static void publish(void) {
  static char lines[1 << 16];
  static size_t kept;
  ssize_t length = read(0, lines + kept, sizeof lines - 1 - kept);
  if (length <= 0) exit(0);
  lines[kept + length] = 0;
  char *line = lines, *end;
  for (; (end = strchr(line, '\n')); line = end + 1) {
    long first = strtol(line, &line, 10), last = strtol(line, &line, 10), times = strtol(line, &line, 10);
    for (; times > 0; times--)
      for (long i = first; i < last && i < open_count; i++) send_all(open_fds[i], event, event_length);
  }
  kept = lines + kept + length - line;
  memmove(lines, line, kept);
}

static void read_request(int fd) {
  char request[8192];
  ssize_t length = recv(fd, request, sizeof request, MSG_DONTWAIT);
  if (length > 0) { // a request is short: it comes in one piece
    place_of[fd] = open_count;
    open_fds[open_count++] = fd;
    send_all(fd, head, sizeof head - 1);
  } else if (length == 0 || errno != EAGAIN) {
    int moved = open_fds[--open_count];
    open_fds[place_of[fd]] = moved;
    place_of[moved] = place_of[fd];
    close(fd);
  }
}

static void accept_all(int epoll_fd, int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), on = 1;
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event readable = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &readable);
  }
}

int main(int argc, char **argv) {
  FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
  if (!file) fail("usage: epoll-limit <file with the event>");
  event_length = fread(event, 1, sizeof event, file);

  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof at;
  if (bind(listener, (struct sockaddr *)&at, length) < 0 || listen(listener, 4096) < 0) fail("listen");
  getsockname(listener, (struct sockaddr *)&at, &length);
  printf("%d\n", ntohs(at.sin_port));
  fflush(stdout);

  int epoll_fd = epoll_create1(0);
  struct epoll_event ready[BATCH];
  struct epoll_event commands = {.events = EPOLLIN, .data.fd = COMMANDS};
  struct epoll_event clients = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, COMMANDS, &commands);
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &clients);
  for (;;) {
    int count = epoll_wait(epoll_fd, ready, BATCH, -1);
    for (int i = 0; i < count; i++) {
      int fd = ready[i].data.fd;
      if (fd == COMMANDS) publish();
      else if (fd == listener) accept_all(epoll_fd, listener);
      else read_request(fd);
    }
  }
}
