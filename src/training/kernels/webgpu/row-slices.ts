/** Rows that a workgroup adds up at least, and the most slices of rows there are: enough to fill a large GPU. */
const [leastRows, mostSlices] = [32, 512];

/** Slices into which rows are cut to be added up. */
export const slicesOf = (rows: number): number => Math.max(1, Math.min(mostSlices, Math.ceil(rows / leastRows)));

/**
 * WGSL `sliceOf`, for a matrix of `u.rows` and `u.channels`: a workgroup takes a slice of the rows, `group.x`, and up to
 * 256 channels. Its threads lie on as many whole rows as fit (`lanes`), so that they read consecutive numbers whatever
 * the number of channels is.
 */
export const sliceCode = `
  struct Slice {
    channel: u32, // of this thread
    channels: u32, // of this workgroup
    lane: u32,
    lanes: u32,
    start: u32,
    end: u32,
  };
  fn sliceOf(group: vec3u, groups: vec3u, thread: u32) -> Slice {
    let first = group.y * threads;
    let channels = min(u.channels - first, threads);
    let size = (u.rows + groups.x - 1) / groups.x;
    let start = min(group.x * size, u.rows);
    let end = min(start + size, u.rows);
    return Slice(first + thread % channels, channels, thread / channels, threads / channels, start, end);
  }`;
