/** @file The part of a native module that Node calls: it declares what it uses of the Node-API, and needs no headers. */

import { cuts } from "../lower/loops.ts";
import { leastPart } from "../lower/parts.ts";

/**
 * Comes before the functions of the loop code: threads that wait for each other by counting. Within a run they spin;
 * between runs they sleep after a while.
 */
export const threading = (threads: number): string => `
#define THREADS ${threads}
#define CUTS ${cuts}
#define LEAST ${leastPart}
typedef unsigned long Thread;
int pthread_create(Thread *, const void *, void *(*)(void *), void *);
int pthread_detach(Thread);
int pthread_mutex_lock(void *);
int pthread_mutex_unlock(void *);
int pthread_cond_wait(void *, void *);
int pthread_cond_broadcast(void *);
int pthread_mutex_init(void *, const void *);
int pthread_cond_init(void *, const void *);
int sched_yield(void);

static inline void pause_(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static inline unsigned long long now(void) {
#if defined(__x86_64__) || defined(__i386__)
  return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  unsigned long long ticks;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
#else
  return 0;
#endif
}

/* How fast each thread is: since when it works, for how long it has since the parts moved, and its part beside an even
   one. Another machine may use one of our processors: who shares by cuts need not wait for the thread that is there. */
static struct {
  unsigned long long since, taken;
  double part;
} __attribute__((aligned(64))) pace[THREADS] = {[0 ... THREADS - 1] = {0, 0, 1}};
static long cutOf[THREADS + 1] = {${evenCuts(threads)}};

/* Moves the parts towards what the threads do in the same time, by steps; about even ones are even. None becomes less
   than LEAST of those. Called while all others wait. */
static void balance(void) {
  double speed[THREADS], all = 0, over = 0, sum = 0;
  for (long t = 0; t < THREADS; t++) {
    if (pace[t].taken < 20000) return;
    all += speed[t] = pace[t].part / pace[t].taken;
  }
  for (long t = 0; t < THREADS; t++) {
    double wanted = THREADS * speed[t] / all;
    if (wanted > 0.95 && wanted < 1.05) wanted = 1;
    double by = wanted - pace[t].part;
    if (by > 0.02 || by < -0.02) by /= 2;
    by = by > 0.08 ? 0.08 : by < -0.08 ? -0.08 : by;
    pace[t].taken = 0;
    pace[t].part = pace[t].part + by < LEAST ? LEAST : pace[t].part + by;
    over += pace[t].part - LEAST;
  }
  for (long t = 0; t < THREADS; t++) {
    pace[t].part = over > 0 ? LEAST + (pace[t].part - LEAST) * (1 - LEAST) * THREADS / over : 1;
    sum += pace[t].part;
    if (t < THREADS - 1) cutOf[t + 1] = (long)(CUTS * sum / THREADS + 0.5);
  }
}

static int arrived, generation;

/* Until every thread is here; who comes last lets all go on. */
static inline void barrier(int moves) {
#if THREADS > 1
  int own = __atomic_load_n(&generation, __ATOMIC_RELAXED);
  if (__atomic_add_fetch(&arrived, 1, __ATOMIC_ACQ_REL) == THREADS) {
    __atomic_store_n(&arrived, 0, __ATOMIC_RELAXED);
    if (moves) balance();
    __atomic_store_n(&generation, own + 1, __ATOMIC_RELEASE);
    return;
  }
  for (long k = 0; __atomic_load_n(&generation, __ATOMIC_ACQUIRE) == own; k++) {
    if (k < 20000) pause_();
    else sched_yield();
  }
#endif
}

static inline void pacedBarrier(long thread, int isTelling, int endsStep) {
  if (isTelling) pace[thread].taken += now() - pace[thread].since;
  barrier(endsStep);
  pace[thread].since = now();
}
`;

const evenCuts = (threads: number): string =>
  Array.from({ length: threads + 1 }, (_, t) => Math.floor((t * cuts) / threads)).join(", ");

/** Comes behind the functions of the loop code, the last of which is `run_`. */
export const glue = `
static struct { void *memory; long from, to, onlyValue; } job;
static int asked, finished_;

/* Numbers too small to be normal slow down every operation that meets them, such as averages that fade in training: in
   single precision they count as 0 while a run lasts. */
static void perform(long thread) {
#if defined(__x86_64__)
  unsigned mode = __builtin_ia32_stmxcsr();
  if (sizeof(R) == 4) __builtin_ia32_ldmxcsr(mode | 0x8040);
#elif defined(__aarch64__)
  unsigned long mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  if (sizeof(R) == 4) __asm__ volatile("msr fpcr, %0" : : "r"(mode | 1UL << 24));
#endif
  pace[thread].since = now();
  run_(job.memory, thread, job.from, job.to, job.onlyValue);
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr(mode);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#endif
}

#if THREADS > 1
static char mutex[128] __attribute__((aligned(64)));
static char condition[128] __attribute__((aligned(64)));
static long started = 1;
static Thread workers[THREADS];

#ifdef __linux__
/* The system may put a thread that it wakes where the one that woke it runs, and both take turns from then on: the
   others keep off the processor of the one that asks. 8192 processors at most. */
int sched_getcpu(void);
int sched_getaffinity(int, unsigned long, void *);
int pthread_setaffinity_np(Thread, unsigned long, const void *);
static unsigned char processors[1024];
static int processorCount, asking = -1;

static void keepApart(void) {
  int here = sched_getcpu();
  if (here == asking || here < 0 || here >= 8192) return;
  asking = here;
  if (processorCount == 0) {
    if (sched_getaffinity(0, sizeof processors, processors) != 0) return;
    for (int k = 0; k < 8192; k++) processorCount += processors[k / 8] >> k % 8 & 1;
  }
  if (processorCount < THREADS) return;
  processors[here / 8] &= ~(1 << here % 8);
  for (long k = 1; k < THREADS; k++) pthread_setaffinity_np(workers[k], sizeof processors, processors);
  processors[here / 8] |= 1 << here % 8;
}
#else
static void keepApart(void) {}
#endif

static void *worker(void *number) {
  int seen = 0;
  for (;;) {
    for (long k = 0; k < 20000 && __atomic_load_n(&asked, __ATOMIC_ACQUIRE) == seen; k++) pause_();
    if (__atomic_load_n(&asked, __ATOMIC_ACQUIRE) == seen) {
      pthread_mutex_lock(mutex);
      while (__atomic_load_n(&asked, __ATOMIC_ACQUIRE) == seen) pthread_cond_wait(condition, mutex);
      pthread_mutex_unlock(mutex);
    }
    seen = __atomic_load_n(&asked, __ATOMIC_ACQUIRE);
    perform((long)number);
    __atomic_add_fetch(&finished_, 1, __ATOMIC_ACQ_REL);
  }
  return 0;
}

/* 0 where a thread cannot be had: then the run is not begun, and the next one goes on with those that are missing. */
static int start(void) {
  if (started == 1) {
    pthread_mutex_init(mutex, 0);
    pthread_cond_init(condition, 0);
  }
  for (; started < THREADS; started++) {
    if (pthread_create(&workers[started], 0, worker, (void *)started) != 0) return 0;
    pthread_detach(workers[started]);
  }
  return 1;
}
#endif

static int busy;

/* One run at a time, whoever asks: the threads are the module's. */
static int run_all(void *memory, long from, long to, long onlyValue) {
  while (__atomic_exchange_n(&busy, 1, __ATOMIC_ACQUIRE)) sched_yield();
  job.memory = memory;
  job.from = from;
  job.to = to;
  job.onlyValue = onlyValue;
#if THREADS > 1
  if (!start()) {
    __atomic_store_n(&busy, 0, __ATOMIC_RELEASE);
    return 0;
  }
  keepApart();
  __atomic_store_n(&finished_, 0, __ATOMIC_RELAXED);
  pthread_mutex_lock(mutex);
  __atomic_add_fetch(&asked, 1, __ATOMIC_ACQ_REL);
  pthread_cond_broadcast(condition);
  pthread_mutex_unlock(mutex);
  perform(0);
  for (long k = 0; __atomic_load_n(&finished_, __ATOMIC_ACQUIRE) < THREADS - 1; k++) {
    if (k < 20000) pause_();
    else sched_yield();
  }
#else
  perform(0);
#endif
  __atomic_store_n(&busy, 0, __ATOMIC_RELEASE);
  return 1;
}

typedef struct Env *Env;
typedef struct Value_ *Js;
typedef struct Info *Info;
typedef unsigned long Size;
int napi_create_function(Env, const char *, Size, Js (*)(Env, Info), void *, Js *);
int napi_set_named_property(Env, Js, const char *, Js);
int napi_get_cb_info(Env, Info, Size *, Js *, Js *, void **);
int napi_get_arraybuffer_info(Env, Js, void **, Size *);
int napi_get_value_int32(Env, Js, int *);
int napi_throw_error(Env, const char *, const char *);
int napi_create_uint32(Env, unsigned, Js *);
#ifdef __linux__
int madvise(void *, Size, int);
#endif

static const Size piece = (Size)1 << 21;

/* Where the memory in a buffer begins, and how many bytes it has: whole pieces, at an address that is one of a piece. */
static char *memoryIn(Env env, Js buffer, Size *bytes) {
  void *data = 0;
  if (napi_get_arraybuffer_info(env, buffer, &data, bytes) != 0 || *bytes < piece) return 0;
  *bytes -= piece;
  return (char *)(((Size)data + piece - 1) & ~(piece - 1));
}

/* Asks for large pages, where the system has them; how far behind the beginning of the buffer its memory begins. */
static Js prepare(Env env, Info info) {
  Js args[1], skipped = 0;
  Size count = 1, bytes = 0;
  void *data = 0;
  napi_get_cb_info(env, info, &count, args, 0, 0);
  char *memory = memoryIn(env, args[0], &bytes);
  if (!memory || napi_get_arraybuffer_info(env, args[0], &data, 0) != 0) return 0;
#ifdef __linux__
  madvise(memory, bytes, 14);
#endif
  napi_create_uint32(env, (unsigned)(memory - (char *)data), &skipped);
  return skipped;
}

static Js run(Env env, Info info) {
  Js args[4];
  Size count = 4, bytes = 0;
  int from = 0, to = 1, onlyValue = 0;
  napi_get_cb_info(env, info, &count, args, 0, 0);
  char *memory = memoryIn(env, args[0], &bytes);
  if (!memory) return 0;
  napi_get_value_int32(env, args[1], &from);
  napi_get_value_int32(env, args[2], &to);
  napi_get_value_int32(env, args[3], &onlyValue);
  if (!run_all(memory, from, to, onlyValue)) napi_throw_error(env, 0, "no thread could be started");
  return 0;
}

Js napi_register_module_v1(Env env, Js exports) {
  Js f;
  napi_create_function(env, "prepare", 7, prepare, 0, &f);
  napi_set_named_property(env, exports, "prepare", f);
  napi_create_function(env, "run", 3, run, 0, &f);
  napi_set_named_property(env, exports, "run", f);
  return exports;
}
`;
