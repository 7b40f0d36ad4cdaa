'use strict';
module.exports = require('./core.js')({ fs: require('fs'), path: require('path'), resolve: (name) => require.resolve(name) });
