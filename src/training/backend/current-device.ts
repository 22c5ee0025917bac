import * as tf from '@tensorflow/tfjs-core';

/** The descriptions of the devices that were chosen, by the names of their backends. */
const descriptions = new Map<string, string>();

/** Notes the device that a backend computes on. */
export function noteDevice(backend: string, description: string): void {
  descriptions.set(backend, description);
}

/** The description of the device that tfjs computes on now; the backend's name where `device()` did not choose it. */
export function currentDevice(): string {
  return descriptions.get(tf.getBackend()) ?? tf.getBackend();
}
