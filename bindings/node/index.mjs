import sketches from './index.js';

export const { getLoadablePath, load } = sketches;
export default sketches;
