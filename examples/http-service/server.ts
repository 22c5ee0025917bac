// A search service to tune: POST / takes a vector, and answers with the indices of the ten nearest ones of its corpus.
// It looks through the `probes` groups whose middle is nearest, and refuses work (503) that `queue` requests wait for.
import { createServer } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { corpus, inner, nearest, normalised } from './corpus.ts';

/** The configuration of the service, as JSON in its environment. */
export interface ServiceConfig {
  readonly groups: number;
  readonly probes: number;
  readonly queue: number;
}

const { groups, probes, queue } = JSON.parse(process.env.SERVICE_CONFIG ?? '{}') as ServiceConfig;
const items = corpus();
const middles = items.slice(0, groups);
for (let round = 0; round < 2; round++) {
  for (const [group, members] of grouped(items.slice(0, 4000)).entries()) {
    const sum = new Float32Array(32);
    for (const at of members) {
      for (let dimension = 0; dimension < 32; dimension++) {
        sum[dimension] = (sum[dimension] ?? 0) + (items[at]?.[dimension] ?? 0);
      }
    }
    if (members.length > 0) middles[group] = normalised(sum);
  }
}
const index = grouped(items);

function grouped(some: readonly Float32Array[]): number[][] {
  const members: number[][] = middles.map(() => []);
  for (const [at, item] of some.entries()) {
    let [best, score] = [0, -Infinity];
    for (const [group, middle] of middles.entries()) {
      const own = inner(middle, item);
      if (own > score) [best, score] = [group, own];
    }
    members[best]?.push(at);
  }
  return members;
}

let waiting = 0;
const server = createServer(async (request, response) => {
  if (waiting >= queue) {
    response.writeHead(503).end();
    return;
  }
  waiting++;
  try {
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk);
    await turn();
    const query = Float32Array.from(JSON.parse(Buffer.concat(body).toString()));
    const near = nearest(middles.keys(), middles, query, probes).flatMap((group) => index[group] ?? []);
    response.end(JSON.stringify(nearest(near, items, query, 10)));
  } catch (error) {
    response.writeHead(400).end(String(error));
  } finally {
    waiting--;
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
  if (process.send) process.send(url);
  else console.log(url); // started by hand
});
