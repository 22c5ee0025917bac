import type { PlacementFile } from '../engine.ts';
import { WORKDIR } from './worker-job.ts';

/** The container file of a project in whose folder `npm ci` installs hpo, and what is to stay out of the image. */
export function containerFiles(image: string, hasGpu: boolean): readonly PlacementFile[] {
  const forGpu = `
# WebGPU needs Vulkan's loader and these libraries of NVIDIA's driver; the driver itself comes from the node.
ENV NVIDIA_DRIVER_CAPABILITIES=all
RUN apt-get update \\
 && apt-get install -y --no-install-recommends libvulkan1 libegl1 libgl1 \\
 && rm -rf /var/lib/apt/lists/*
`;
  return [
    {
      name: 'Dockerfile',
      content: `# The image of the study's workers: this folder with its packages.
#   docker build --tag ${image} . && docker push ${image}
# PostgreSQL takes the package pg, which has to stand in package.json: npm install pg
FROM node:22-bookworm-slim
${hasGpu ? forGpu : ''}
WORKDIR ${WORKDIR}
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force
COPY . .
# Results go to runs/, which the user node may write.
RUN mkdir -p runs && chown node:node . runs
USER node
`,
    },
    {
      name: '.dockerignore',
      content: `node_modules
runs
*.db
*.db-*
.git
.env*
`,
    },
  ];
}
