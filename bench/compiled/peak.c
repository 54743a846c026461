/*
 * The most multiply-adds that the vectors of this processor take: chains in registers, nothing read or written.
 *
 *   peak THREADS
 *
 * prints GFLOP/s, a multiply-add being two operations: in single precision, then in double precision.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
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

enum { turns = 2000000, trials = 12 };

static pthread_barrier_t together;
static volatile double kept;

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
    for (long n = 0; n < turns; n++)                                          \
      _Pragma("GCC unroll 24") for (int k = 0; k < CHAINS; k++) a[k] = a[k] * x + y; \
    for (int k = 1; k < CHAINS; k++) a[0] += a[k];                            \
    kept = a[0][0];                                                           \
  }
CHAINS_OF(single, float)
CHAINS_OF(twice, double)

static void *worker(void *chains) {
  for (int t = 0; t < trials; t++) {
    pthread_barrier_wait(&together);
    ((void (*)(void))chains)();
    pthread_barrier_wait(&together);
  }
  return 0;
}

/* The best of some trials: what takes longer was disturbed. */
static double peak(void (*chains)(void), int bytes, int threads) {
  pthread_t others[threads];
  double best = 1e300;
  pthread_barrier_init(&together, 0, threads);
  for (int k = 1; k < threads; k++) pthread_create(&others[k], 0, worker, (void *)chains);
  for (int t = 0; t < trials; t++) {
    pthread_barrier_wait(&together);
    double start = now();
    chains();
    pthread_barrier_wait(&together);
    double taken = now() - start;
    if (taken < best) best = taken;
  }
  for (int k = 1; k < threads; k++) pthread_join(others[k], 0);
  return 2.0 * threads * turns * CHAINS * (BYTES / bytes) / best * 1e-9;
}

int main(int count, char **args) {
  int threads = count > 1 ? atoi(args[1]) : 1;
  printf("%.1f %.1f\n", peak(single, sizeof(float), threads), peak(twice, sizeof(double), threads));
  return 0;
}
