/**
 * Loads the dashboard, with React for production: in development React would keep a measurement of every drawing, and
 * complain on the screen after the first million. The variable that React reads is then restored.
 */
export async function loadDashboard() {
  const former = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    return await import('../dashboard/index.ts');
  } finally {
    if (former === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = former;
  }
}
