/*
 * The most multiply-adds that the vectors of this processor take: chains in registers, nothing read or written; or with
 * operands that are read as those of a product are, from the memory that is nearest. A processor that takes less power
 * for the former runs them at a higher clock. A contestant like the others (contestant.mjs), whose steps are all chains
 * some times on each thread:
 *
 *   peak THREADS float32|float64 registers|read
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* As many chains as hide how long one takes, no more than there are registers. */
#if defined(__AVX512F__)
#define BYTES 64
#define CHAINS 24
#elif defined(__aarch64__)
#define BYTES 16
#define CHAINS 24
#elif defined(__AVX__)
#define BYTES 32
#define CHAINS 12
#else
#define BYTES 16
#define CHAINS 12
#endif

/* What is read: so many rows of three vectors, and a column of numbers for every three chains. */
enum { turns = 100000, rows = 64 };

static pthread_barrier_t together;
static volatile double kept;
static long steps;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

/* a ← a x + y stays near y / (1 − x). */
#define CHAINS_OF(name, T)                                                    \
  typedef T V_##name __attribute__((vector_size(BYTES)));                     \
  static void name(void) {                                                    \
    V_##name a[CHAINS], x = {0}, y = {0};                                     \
    x += (T)0.5;                                                              \
    y += (T)1;                                                                \
    for (int k = 0; k < CHAINS; k++) a[k] = y * (T)k;                         \
    for (long n = 0; n < steps * turns; n++)                                \
      _Pragma("GCC unroll 24") for (int k = 0; k < CHAINS; k++) a[k] = a[k] * x + y; \
    for (int k = 1; k < CHAINS; k++) a[0] += a[k];                            \
    kept = a[0][0];                                                           \
  }
CHAINS_OF(single, float)
CHAINS_OF(twice, double)

#define PRODUCT_OF(name, T)                                                   \
  static void name##Read(void) {                                              \
    static _Thread_local T a[CHAINS / 3][rows];                               \
    static _Thread_local V_##name b[rows][3];                                 \
    V_##name c[CHAINS / 3][3] = {0};                                          \
    for (int k = 0; k < rows; k++) {                                          \
      for (int i = 0; i < CHAINS / 3; i++) a[i][k] = k % 7 - 3;               \
      for (int j = 0; j < 3; j++) b[k][j] += (T)(k % 5 - 2);                  \
    }                                                                         \
    for (long n = 0; n < steps * turns; n++) {                                \
      V_##name x = b[n % rows][0], y = b[n % rows][1], z = b[n % rows][2];    \
      _Pragma("GCC unroll 8") for (int i = 0; i < CHAINS / 3; i++) {          \
        T f = a[i][n % rows];                                                 \
        c[i][0] += f * x;                                                     \
        c[i][1] += f * y;                                                     \
        c[i][2] += f * z;                                                     \
      }                                                                       \
    }                                                                         \
    for (int i = 0; i < CHAINS; i++) kept = c[i / 3][i % 3][0];               \
  }
PRODUCT_OF(single, float)
PRODUCT_OF(twice, double)

static void *worker(void *chains) {
  for (;;) {
    pthread_barrier_wait(&together);
    ((void (*)(void))chains)();
    pthread_barrier_wait(&together);
  }
  return 0;
}

int main(int count, char **args) {
  if (count != 4) return 1;
  int threads = atoi(args[1]), isSingle = strcmp(args[2], "float32") == 0;
  int isRead = strcmp(args[3], "read") == 0;
  void (*chains)(void) = isRead ? isSingle ? singleRead : twiceRead : isSingle ? single : twice;
  long lanes = BYTES / (isSingle ? sizeof(float) : sizeof(double));
  char line[256];
  pthread_barrier_init(&together, 0, threads);
  for (int k = 1; k < threads; k++) {
    pthread_t other;
    if (pthread_create(&other, 0, worker, (void *)chains) != 0) return 1;
  }
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "{\"steps\":%ld}", &steps) == 1) {
      pthread_barrier_wait(&together);
      double start = now();
      chains();
      pthread_barrier_wait(&together);
      printf("{\"seconds\":%.9f,\"values\":[]}\n", now() - start);
    } else
      printf("{\"threads\":%d,\"from\":\"%s\",\"flops\":%ld}\n", threads, args[3], 2 * threads * turns * CHAINS * lanes);
    fflush(stdout);
  }
  return 0;
}
