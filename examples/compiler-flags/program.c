/* Two kinds of work: planets that attract each other (floating-point numbers), and a sieve (memory and branches). */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define BODIES 64
#define NUMBERS 2000000

static double x[BODIES], y[BODIES], z[BODIES], vx[BODIES], vy[BODIES], vz[BODIES], mass[BODIES];
static char composite[NUMBERS];

static void move(double step) {
  for (int i = 0; i < BODIES; i++) {
    double ax = 0, ay = 0, az = 0;
    for (int j = 0; j < BODIES; j++) {
      double dx = x[j] - x[i], dy = y[j] - y[i], dz = z[j] - z[i];
      double square = dx * dx + dy * dy + dz * dz + 0.01;
      double pull = mass[j] / (square * sqrt(square));
      ax += pull * dx, ay += pull * dy, az += pull * dz;
    }
    vx[i] += step * ax, vy[i] += step * ay, vz[i] += step * az;
  }
  for (int i = 0; i < BODIES; i++) x[i] += step * vx[i], y[i] += step * vy[i], z[i] += step * vz[i];
}

static int primes(void) {
  int count = 0;
  memset(composite, 0, sizeof composite);
  for (int n = 2; n < NUMBERS; n++) {
    if (composite[n]) continue;
    count++;
    for (int m = 2 * n; m < NUMBERS; m += n) composite[m] = 1;
  }
  return count;
}

/* Prints the result of both, and the processor time in seconds. */
int main(void) {
  for (int i = 0; i < BODIES; i++) {
    x[i] = cos(i * 2.4) * (1 + 0.1 * i), y[i] = sin(i * 2.4) * (1 + 0.1 * i), z[i] = cos(i * 0.7);
    mass[i] = 1.0 / (1 + i);
  }
  clock_t begun = clock();
  for (int step = 0; step < 4000; step++) move(1e-4);
  double sum = 0;
  for (int i = 0; i < BODIES; i++) sum += mass[i] * (x[i] + y[i] + z[i]);
  int count = primes();
  printf("%.6f %d %f\n", sum, count, (double)(clock() - begun) / CLOCKS_PER_SEC);
  return 0;
}
