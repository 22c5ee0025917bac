import { labels } from './worker-job.ts';

/** A database for a study: a Cluster of the operator CloudNativePG, with a standby, whose Secret holds its URL. */
export function postgresCluster(name: string) {
  return {
    cluster: {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      metadata: { name: `${name}-db`, labels: labels(name, 'database') },
      spec: {
        instances: 2,
        storage: { size: '10Gi' },
        bootstrap: { initdb: { database: 'hpo', owner: 'hpo' } },
      },
    },
    /** The Secret that the operator makes, and the key of the URL in it. */
    storage: { secret: `${name}-db-app`, key: 'uri' },
  };
}
