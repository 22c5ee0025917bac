import { defineStudy, float, space } from 'hpo';
export default defineStudy({
  name: 'parabola',
  space: space({ x: float(-5, 5), y: float(-5, 5) }),
  objective: ({ params }) => params.x ** 2 + params.y ** 2,
  trials: 15,
  seed: 1,
});
