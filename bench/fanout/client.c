// The readers: opens many streams at one server, and notes when events arrive. Commands come on standard input, one in
// a line, each with one line of answer; times are CLOCK_MONOTONIC in nanoseconds.
//   open <file> <in flight>   a stream for each HTTP request in the file, at most so many unanswered at a time
//                             → opened <streams> <ns from the first connect to the last head>
//   await <events>            → arrived <events> <first at> <last at> <bytes>
//   close                     → closed <streams>
// An event is recognised by one byte which occurs nowhere else in what the servers send.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MARK = '~', MAX_STREAMS = 65536, BATCH = 512, STREAMS_PER_ADDRESS = 5000 };

struct stream {
  int fd;
  int head_matched; // bytes of the empty line that ends the head; 4: the head is complete
};

static struct stream streams[MAX_STREAMS];
static int stream_count, answered;
static int epoll_fd, port;
static int in_flight;
static char *requests, *next_request;
static long long open_began, connects;
static long long awaited, seen, bytes_seen, first_at, last_at;
static char buffer[1 << 16];

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void fail(const char *what) {
  fprintf(stderr, "readers: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void say(const char *line) {
  puts(line);
  fflush(stdout);
}

// Source addresses rotate, because one has only some 28,000 ports, and closed connections keep theirs for a minute.
static int connect_to_server(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  if (fd < 0) fail("socket");
  struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET, .sin_port = htons(port)};
  from.sin_addr.s_addr = htonl(0x7f010001 + connects++ / STREAMS_PER_ADDRESS % 200);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (bind(fd, (struct sockaddr *)&from, sizeof from) < 0) fail("bind");
  if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) fail("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

static void open_more(void) {
  while (*next_request && stream_count - answered < in_flight) {
    char *end = strstr(next_request, "\r\n\r\n");
    if (!end || stream_count == MAX_STREAMS) fail("a request without an end, or too many");
    struct stream *stream = &streams[stream_count];
    stream->fd = connect_to_server();
    stream->head_matched = 0;
    size_t length = end + 4 - next_request;
    if (write(stream->fd, next_request, length) != (ssize_t)length) fail("request");
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = stream_count + 1};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, stream->fd, &event) < 0) fail("epoll_ctl");
    stream_count++;
    next_request = end + 4;
  }
  if (*next_request || answered < stream_count) return;
  char line[100];
  snprintf(line, sizeof line, "opened %d %lld", stream_count, now() - open_began);
  free(requests);
  requests = NULL;
  say(line);
}

static void answer_when_arrived(void) {
  if (!awaited || seen < awaited) return;
  char line[200];
  snprintf(line, sizeof line, "arrived %lld %lld %lld %lld", awaited, first_at, last_at, bytes_seen);
  seen -= awaited;
  awaited = bytes_seen = 0;
  say(line);
}

/** Returns how many of the bytes belong to the head. */
static ssize_t read_head(struct stream *stream, ssize_t length) {
  static const char end[] = "\r\n\r\n";
  if (stream->head_matched == 0 && strncmp(buffer, "HTTP/1.1 200", 12) != 0) {
    fprintf(stderr, "readers: refused: %.*s\n", (int)length, buffer);
    exit(1);
  }
  ssize_t at = 0;
  while (at < length && stream->head_matched < 4) {
    char c = buffer[at++];
    stream->head_matched = c == end[stream->head_matched] ? stream->head_matched + 1 : c == '\r' ? 1 : 0;
  }
  if (stream->head_matched == 4) answered++;
  return at;
}

static void read_stream(struct stream *stream) {
  ssize_t length = recv(stream->fd, buffer, sizeof buffer, MSG_DONTWAIT);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) fail("a stream was closed by the server");
  ssize_t at = 0;
  if (stream->head_matched < 4) {
    at = read_head(stream, length);
    if (requests) open_more();
  }
  int events = 0;
  for (char *mark = buffer + at; (mark = memchr(mark, MARK, buffer + length - mark)); mark++) events++;
  if (events == 0) return;
  last_at = now();
  if (seen == 0) first_at = last_at;
  seen += events;
  bytes_seen += length - at;
}

static void open_file(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) fail(path);
  fseek(file, 0, SEEK_END);
  long length = ftell(file);
  rewind(file);
  requests = next_request = calloc(length + 1, 1);
  if (fread(requests, 1, length, file) != (size_t)length) fail(path);
  fclose(file);
  open_began = now();
  open_more();
}

static void close_all(void) {
  char line[100];
  snprintf(line, sizeof line, "closed %d", stream_count);
  for (int i = 0; i < stream_count; i++) close(streams[i].fd);
  stream_count = answered = 0;
  seen = bytes_seen = 0;
  say(line);
}

static void obey(void) {
  static char line[4096];
  if (!fgets(line, sizeof line, stdin)) exit(0);
  char path[2048];
  if (sscanf(line, "open %2047s %d", path, &in_flight) == 2) open_file(path);
  else if (sscanf(line, "await %lld", &awaited) == 1) answer_when_arrived();
  else if (strcmp(line, "close\n") == 0) close_all();
  else fail("unknown command");
}

int main(int argc, char **argv) {
  if (argc != 2) return fprintf(stderr, "usage: client <port>\n"), 2;
  port = atoi(argv[1]);
  setvbuf(stdin, NULL, _IONBF, 0); // what is buffered here epoll would not know of
  epoll_fd = epoll_create1(0);
  struct epoll_event commands = {.events = EPOLLIN, .data.u32 = 0}, ready[BATCH];
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, 0, &commands);
  for (;;) {
    int count = epoll_wait(epoll_fd, ready, BATCH, -1);
    for (int i = 0; i < count; i++) {
      // A command may close every stream, so it comes last.
      if (ready[i].data.u32 > 0) read_stream(&streams[ready[i].data.u32 - 1]);
    }
    answer_when_arrived();
    for (int i = 0; i < count; i++)
      if (ready[i].data.u32 == 0) obey();
  }
}
