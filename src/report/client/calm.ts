/** The time without scrolling after which a page is calm, in milliseconds. */
const QUIET_MS = 150;

let scrolledAt = Number.NEGATIVE_INFINITY;
let isHeld = false;

const listen = (types: readonly string[], listener: () => void) => {
  for (const type of types) window.addEventListener(type, listener, { capture: true, passive: true });
};

listen(['scroll', 'wheel', 'touchmove'], () => {
  scrolledAt = performance.now();
});
listen(['pointerdown'], () => {
  isHeld = true;
});
listen(['pointerup', 'pointercancel', 'blur'], () => {
  isHeld = false;
});

/** Waits while the reader scrolls, or drags something: drawing would make that stutter. */
export async function calm(): Promise<void> {
  while (isHeld || performance.now() - scrolledAt < QUIET_MS) await new Promise((resolve) => setTimeout(resolve, 50));
}
