import type { Program } from './program.ts';
import { sliceCode } from './row-slices.ts';

// Three programs each way, none with more than the eight arrays that every adapter allows: sums of slices of the rows,
// what follows from them for each channel, and then every number by itself.

/** `partial` is [2, channels, slices]. */
const slices = `${sliceCode}

  var<workgroup> firsts: array<f32, threads>;
  var<workgroup> seconds: array<f32, threads>;

  /** Adds two numbers of each thread over the lanes of its channel; the first lane writes them. */
  fn addLanes(s: Slice, group: vec3u, groups: vec3u, thread: u32, sums: vec2f) {
    firsts[thread] = sums.x;
    seconds[thread] = sums.y;
    workgroupBarrier();
    if (s.lane == 0) {
      var total = vec2f();
      for (var lane = 0u; lane < s.lanes; lane++) {
        total += vec2f(firsts[thread + lane * s.channels], seconds[thread + lane * s.channels]);
      }
      partial[s.channel * groups.x + group.x] = total.x;
      partial[(u.channels + s.channel) * groups.x + group.x] = total.y;
    }
  }`;

/** The sums of the workgroup's channel over all slices; good in the first thread alone. */
const totals = `
  var<workgroup> sums: array<vec2f, threads>;
  fn totals(channel: u32, thread: u32) -> vec2f {
    var sum = vec2f();
    for (var slice = thread; slice < u.slices; slice += threads) {
      sum += vec2f(partial[channel * u.slices + slice], partial[(u.channels + channel) * u.slices + slice]);
    }
    sums[thread] = sum;
    for (var half = threads / 2; half > 0; half /= 2) {
      workgroupBarrier();
      if (thread < half) { sums[thread] += sums[thread + half]; }
    }
    return sums[0];
  }`;

/** Σ(x − x₀) and Σ(x − x₀)², where x₀ is the channel's first number: their difference keeps its digits. */
export const shiftedSums: Program = {
  name: 'batch norm: sums',
  inputs: { x: 'f32' },
  outputs: { partial: 'f32' },
  uniforms: { rows: 'u32', channels: 'u32' },
  code: `${slices}
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let s = sliceOf(group, groups, thread);
      var sums = vec2f();
      if (s.lane < s.lanes) {
        let origin = x[s.channel];
        for (var row = s.start + s.lane; row < s.end; row += s.lanes) {
          let value = x[row * u.channels + s.channel] - origin;
          sums += vec2f(value, value * value);
        }
      }
      addLanes(s, group, groups, thread, sums);
    }`,
};

export const statistics: Program = {
  name: 'batch norm: statistics',
  inputs: { x: 'f32', partial: 'f32', movingMean: 'f32', movingVariance: 'f32' },
  outputs: { mean: 'f32', inverse: 'f32', nextMean: 'f32', nextVariance: 'f32' },
  uniforms: { rows: 'u32', channels: 'u32', slices: 'u32', epsilon: 'f32', momentum: 'f32' },
  code: `${totals}
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let channel = group.x;
      let sums = totals(channel, thread);
      if (thread > 0) { return; }
      let count = f32(u.rows);
      let centre = x[channel] + sums.x / count;
      let variance = max(0, (sums.y - sums.x * sums.x / count) / count);
      let unbiased = variance * count / max(count - 1, 1);
      mean[channel] = centre;
      inverse[channel] = inverseSqrt(variance + u.epsilon);
      nextMean[channel] = (1 - u.momentum) * movingMean[channel] + u.momentum * centre;
      nextVariance[channel] = (1 - u.momentum) * movingVariance[channel] + u.momentum * unbiased;
    }`,
};

/** `spread` is the inverse deviation, or, where `isVariance` is set, the variance. */
export const normalise: Program = {
  name: 'batch norm: normalise',
  inputs: { x: 'f32', scale: 'f32', shift: 'f32', mean: 'f32', spread: 'f32' },
  outputs: { y: 'f32' },
  uniforms: { size: 'u32', channels: 'u32', epsilon: 'f32', isVariance: 'u32', isRectified: 'u32' },
  code: `
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let at = flat(group, groups, thread);
      if (at >= u.size) { return; }
      let channel = at % u.channels;
      var inverse = spread[channel];
      if (u.isVariance == 1) { inverse = inverseSqrt(inverse + u.epsilon); }
      let value = (x[at] - mean[channel]) * inverse * scale[channel] + shift[channel];
      y[at] = select(value, rectified(value), u.isRectified == 1);
    }`,
};

/** Σdz and Σdz·(x − mean)/deviation: the gradients of shift and scale. dz is dy where the ReLU let the number pass. */
export const gradientSums: Program = {
  name: 'batch norm: gradient sums',
  inputs: { dy: 'f32', x: 'f32', scale: 'f32', shift: 'f32', mean: 'f32', inverse: 'f32' },
  outputs: { partial: 'f32' },
  uniforms: { rows: 'u32', channels: 'u32', isRectified: 'u32' },
  code: `${slices}
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let s = sliceOf(group, groups, thread);
      var sums = vec2f();
      if (s.lane < s.lanes) {
        for (var row = s.start + s.lane; row < s.end; row += s.lanes) {
          let at = row * u.channels + s.channel;
          let normal = (x[at] - mean[s.channel]) * inverse[s.channel];
          let isActive = u.isRectified == 0 || normal * scale[s.channel] + shift[s.channel] > 0;
          let dz = select(0, dy[at], isActive);
          sums += vec2f(dz, dz * normal);
        }
      }
      addLanes(s, group, groups, thread, sums);
    }`,
};

/** Gathers what {@link inputGradient} needs of each channel, six numbers, for it could not have as many arrays. */
export const channelGradients: Program = {
  name: 'batch norm: channel gradients',
  inputs: { partial: 'f32', scale: 'f32', shift: 'f32', mean: 'f32', inverse: 'f32' },
  outputs: { dScale: 'f32', dShift: 'f32', gathered: 'f32' },
  uniforms: { rows: 'u32', channels: 'u32', slices: 'u32' },
  code: `${totals}
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let channel = group.x;
      let sums = totals(channel, thread);
      if (thread > 0) { return; }
      dShift[channel] = sums.x;
      dScale[channel] = sums.y;
      gathered[6 * channel] = mean[channel];
      gathered[6 * channel + 1] = inverse[channel];
      gathered[6 * channel + 2] = scale[channel];
      gathered[6 * channel + 3] = shift[channel];
      gathered[6 * channel + 4] = sums.x / f32(u.rows);
      gathered[6 * channel + 5] = sums.y / f32(u.rows);
    }`,
};

export const inputGradient: Program = {
  name: 'batch norm: input gradient',
  inputs: { dy: 'f32', x: 'f32', gathered: 'f32' },
  outputs: { dx: 'f32' },
  uniforms: { size: 'u32', channels: 'u32', isRectified: 'u32' },
  code: `
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let at = flat(group, groups, thread);
      if (at >= u.size) { return; }
      let base = 6 * (at % u.channels);
      let inverse = gathered[base + 1];
      let scale = gathered[base + 2];
      let normal = (x[at] - gathered[base]) * inverse;
      let isActive = u.isRectified == 0 || normal * scale + gathered[base + 3] > 0;
      let dz = select(0, dy[at], isActive);
      dx[at] = scale * inverse * (dz - gathered[base + 4] - normal * gathered[base + 5]);
    }`,
};
