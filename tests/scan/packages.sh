#!/usr/bin/env bash
# Makes the trees on which docs/SCAN.md compares the scan with the reference: DIR/tree/node_modules as npm
# installs it, DIR/styles/node_modules with further packages side by side, several versions of some, and
# DIR/bundles/node_modules with packages that ship bundles.
#
#   tests/scan/packages.sh DIR && awaitbench scan DIR/tree/node_modules
set -euo pipefail
dir=$(realpath -m "${1:?name a folder}")

installed=(
  graphql-request@3.4.0 @actions/core@1.2.0 @actions/exec@1.0.4 typed-rest-client@1.7.3
  azure-devops-node-api@10.2.2 apollo-server-core@2.14.5 @slack/web-api@5.8.0 firebase-admin@8.13.0
  routing-controllers@0.8.1 @azure/storage-blob@12.1.2 @azure/identity@1.2.5 @nestjs/core@7.6.18
  @nestjs/common@7.6.18 typeorm@0.2.41 @aws-sdk/client-s3@3.20.0 @sentry/node@6.19.7 workbox-build@4.3.1
  jest@24.9.0 metro@0.58.0 next@13.0.7 formik@2.2.9 react-query@3.39.3 @storybook/addons@6.5.16
  @storybook/api@6.5.16 resend@2.0.0 @liveblocks/core@1.4.0 ai@2.2.20 @upstash/redis@1.24.3 koa@1.7.0
  co-mocha@1.2.2 co-body@6.0.0 koa-static@2.1.0 co@4.6.0 @azure/msal-browser@2.14.2 firebase@7.24.0
  @tensorflow/tfjs-core@1.7.4 amazon-cognito-identity-js@4.6.3 swagger-ui-dist@3.52.5 typescript@4.9.5
  lodash@4.17.21 rxjs@6.6.7 mongoose@5.13.20
)
unpacked=(
  @modern-js/plugin@2.36.0 @modern-js/plugin@2.48.0 @modern-js/prod-server@2.24.0
  @modern-js/prod-server@2.36.0 @modern-js/prod-server@2.48.0 @modern-js/runtime@2.36.0
  @modern-js/runtime@2.48.0 @modern-js/server-core@2.48.0 @modern-js/utils@2.22.1 @modern-js/utils@2.36.0
  @modern-js/utils@2.48.0 @react-email/render@0.0.12 @react-email/render@0.0.15 @react-email/render@0.0.17
  @react-email/render@0.0.8 @react-email/render@1.0.1 @storybook/addons@6.4.9 @storybook/api@6.4.9
  @storybook/client-api@6.4.9 @storybook/client-api@6.5.16 @storybook/core-server@6.4.9
  @storybook/router@6.4.9 @storybook/store@6.4.9 @supabase/auth-helpers-react@0.4.2 @upstash/qstash@2.5.0
  amazon-cognito-identity-js@5.2.0 async-validator@4.2.5 broadcast-channel@3.7.0 broadcast-channel@4.0.0
  co-body@5.0.0 co-mocha@1.2.1 co-views@2.1.0 co-wait@0.0.0 composition@2.3.0 egg-core@1.8.0 egg-core@2.0.0
  formik@2.1.5 formik@2.2.0 jest-circus@24.9.0 jest-jasmine2@25.1.0 jest-runner@24.9.0 koa-compose@2.5.1
  koa-convert@1.2.0 koa-generic-session@1.11.3 koa-mount@1.3.0 koa-router@5.4.0 koa-send@3.2.0 koa-send@3.3.0
  koa-session@3.4.0 koa-static@2.0.0 koa@1.5.1 koa@1.6.0 koa@1.7.0 mediasoup-client@3.6.30 metro@0.59.0
  mongodb@2.2.36 next-auth@3.29.0 next-auth@4.24.5 next@12.3.4 next@13.1.6 next@9.5.5 pdfjs-dist@2.2.228
  rc-field-form@1.20.1 rc-upload@4.3.0 react-async@10.0.1 react-query@2.26.4 redux-saga@0.16.2 resend@2.1.0
  resend@3.2.0 resend@3.4.0 resend@4.0.1 resend@4.8.0 tesseract.js@2.1.5 thunkify-wrap@1.0.4
  tus-js-client@2.2.0 umi-request@1.3.5 workbox-build@5.1.4
)
bundles=(
  jodit@4.2.47 babylonjs@7.30.0 monaco-editor@0.52.0 antd@5.20.0 exceljs@4.4.0 ethers@5.7.2 web3@1.10.0
  swagger-ui-dist@5.17.14 aframe@1.6.0 handsontable@14.5.0 hls.js@1.5.15 shaka-player@4.10.10 dashjs@4.7.4
  @tensorflow/tfjs@4.20.0 firebase@9.23.0 livekit-client@2.5.0 mermaid@10.9.1 pdfjs-dist@3.11.174 echarts@5.5.1
  tinymce@7.3.0 three@0.167.1 @mui/x-data-grid@7.12.0 @walletconnect/web3-provider@1.8.0
)

mkdir -p "$dir/tree" && cd "$dir/tree"
[ -e package.json ] || echo '{"private": true}' > package.json
npm install --ignore-scripts --legacy-peer-deps --no-audit --no-fund --loglevel=error --save-exact "${installed[@]}"

# unpack FOLDER SPEC...: each package into a folder of its own.
unpack() {
  local place=$1 spec name folder pack
  shift
  for spec in "$@"; do
    name=${spec#@} name=${name//\//-} name=${name//@/-}
    folder=$dir/$place/node_modules/$name
    [ -e "$folder" ] && continue
    pack=$(mktemp -d)
    (cd "$pack" && npm pack --silent "$spec" > /dev/null)
    mkdir -p "$folder" && tar xzf "$pack"/*.tgz -C "$folder" --strip-components=1
    rm -r "$pack"
  done
}
unpack styles "${unpacked[@]}"
unpack bundles "${bundles[@]}"
