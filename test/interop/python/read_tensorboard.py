"""Prints the contents of a folder of TensorBoard's runs as JSON, as TensorBoard's own reader and its plugin for
hyperparameters have them."""

import json
import pathlib
import sys

from tensorboard.backend.event_processing import data_provider, event_accumulator, plugin_event_multiplexer
from tensorboard.context import RequestContext
from tensorboard.plugins import base_plugin
from tensorboard.plugins.hparams import api_pb2, backend_context, list_session_groups

logdir = sys.argv[1]


def contents(folder):
    reader = event_accumulator.EventAccumulator(
        str(folder), {"scalars": 0, "images": 0, "histograms": 0, "tensors": 0}
    )
    reader.Reload()
    tags = reader.Tags()
    return {
        "scalars": {tag: [[e.step, round(e.value, 5)] for e in reader.Scalars(tag)] for tag in tags["scalars"]},
        "images": {
            tag: [[e.step, e.width, e.height, e.encoded_image_string[1:4].decode()] for e in reader.Images(tag)]
            for tag in tags["images"]
        },
        "histograms": {
            tag: [
                {
                    "step": e.step,
                    "count": e.histogram_value.num,
                    "sum": round(e.histogram_value.sum, 4),
                    "buckets": sum(e.histogram_value.bucket),
                    "low": round(e.histogram_value.min, 5),
                    "high": round(e.histogram_value.bucket_limit[-1], 5),
                }
                for e in reader.Histograms(tag)
            ]
            for tag in tags["histograms"]
        },
    }


def sessions():
    multiplexer = plugin_event_multiplexer.EventMultiplexer()
    multiplexer.AddRunsFromDirectory(logdir)
    multiplexer.Reload()
    provider = data_provider.MultiplexerDataProvider(multiplexer, logdir)
    context = backend_context.Context(base_plugin.TBContext(logdir=logdir, data_provider=provider))
    request, experiment_id = RequestContext(), "experiment"
    experiment = context.experiment_from_metadata(
        request,
        experiment_id,
        True,
        context.hparams_metadata(request, experiment_id),
        context.hparams_from_data_provider(request, experiment_id, limit=None),
    )
    handler = list_session_groups.Handler(
        request,
        backend_context=context,
        experiment_id=experiment_id,
        request=api_pb2.ListSessionGroupsRequest(
            allowed_statuses=[api_pb2.STATUS_SUCCESS, api_pb2.STATUS_FAILURE, api_pb2.STATUS_RUNNING, api_pb2.STATUS_UNKNOWN],
            start_index=0,
            slice_size=1000,
            include_metrics=True,
        ),
    )
    groups = handler.run().session_groups
    return {
        "params": sorted(info.name for info in experiment.hparam_infos),
        "groups": [
            {
                "name": group.sessions[0].name,
                "status": api_pb2.Status.Name(group.sessions[0].status),
                "params": {
                    name: getattr(value, value.WhichOneof("kind")) for name, value in sorted(group.hparams.items())
                },
                "metrics": sorted(metric.name.tag for metric in group.metric_values),
            }
            for group in sorted(groups, key=lambda group: group.sessions[0].name)
        ],
    }


runs = sorted({file.parent for file in pathlib.Path(logdir).rglob("events.out.tfevents.*")})
print(json.dumps({"runs": {str(run.relative_to(logdir)): contents(run) for run in runs}, **sessions()}))
