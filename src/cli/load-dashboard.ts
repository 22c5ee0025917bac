/**
 * The dashboard, with React as it is for use: React for development would keep a measurement of every drawing, and say
 * so on the screen after the first million. The variable that it goes by is left to others as it was.
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
